namespace Migrations.Model;

/// <summary>A model of one of the gateway's tables.</summary>
/// <param name="name">Its name.</param>
public sealed class TableModel(string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its columns, in the order in which they were added.</summary>
    public IDictionary<string, ColumnModel> Columns { get; } = new Dictionary<string, ColumnModel>(StringComparer.Ordinal);

    /// <summary>Its keys and checks.</summary>
    public IDictionary<string, ConstraintModel> Constraints { get; } = new Dictionary<string, ConstraintModel>(StringComparer.Ordinal);

    /// <summary>Its indexes, without those of constraints.</summary>
    public IDictionary<string, IndexModel> Indexes { get; } = new Dictionary<string, IndexModel>(StringComparer.Ordinal);

    /// <summary>Its triggers.</summary>
    public IDictionary<string, TriggerModel> Triggers { get; } = new Dictionary<string, TriggerModel>(StringComparer.Ordinal);

    /// <summary>Removes a column and, as PostgreSQL does, its indexes and constraints.</summary>
    internal void Drop(string column)
    {
        Columns.Remove(column);
        foreach (var index in Indexes.Values.Where(i => Names(i.Columns).Contains(column)).ToList())
        {
            Indexes.Remove(index.Name);
        }

        foreach (var constraint in Constraints.Values.Where(c => Names(c.Columns).Contains(column)).ToList())
        {
            Constraints.Remove(constraint.Name);
        }
    }

    private static string[] Names(string columns) =>
        columns[1..columns.IndexOf(')', StringComparison.Ordinal)].Split(", ");
}
