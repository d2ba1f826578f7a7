namespace Migrations.Model;

/// <summary>A model of the gateway's schema after some of its migrations.</summary>
/// <remarks>It is built from the changes of the migrations themselves, in order, so that it cannot differ from what a run does.</remarks>
public sealed class SchemaModel
{
    /// <summary>The tables.</summary>
    public IDictionary<string, TableModel> Tables { get; } = new Dictionary<string, TableModel>(StringComparer.Ordinal);

    /// <summary>The trigger functions, each with the statement that creates it.</summary>
    public IDictionary<string, string> Functions { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The sequences of columns.</summary>
    public IDictionary<string, SequenceModel> Sequences { get; } = new Dictionary<string, SequenceModel>(StringComparer.Ordinal);

    /// <summary>The tables, each after those that it refers to.</summary>
    public IReadOnlyList<TableModel> TablesByReference()
    {
        var ordered = new List<TableModel>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in Tables.Values)
        {
            Visit(table);
        }

        return ordered;

        void Visit(TableModel table)
        {
            if (visited.Add(table.Name))
            {
                table.Constraints.Values.Select(c => c.References).OfType<string>().Where(Tables.ContainsKey).Select(t => Tables[t])
                    .ToList().ForEach(Visit);
                ordered.Add(table);
            }
        }
    }

    /// <summary>Applies a change. As in a database, a table, column or index that exists already is kept.</summary>
    public void Apply(SchemaChange change)
    {
        switch (change)
        {
            case TableCreated create:
                Create(create);
                break;
            case TableDropped drop:
                Tables.Remove(drop.Table);
                Sequences.Where(s => s.Value.Table == drop.Table).ToList().ForEach(s => Sequences.Remove(s.Key));
                break;
            case FunctionCreated create:
                Functions[create.Name] = create.Sql;
                break;
            case FunctionDropped drop:
                Functions.Remove(drop.Name);
                break;
            case SequenceTypeChanged type:
                Sequences[type.Name] = Sequences[type.Name] with { Type = type.Type };
                break;
            default:
                if (Tables.TryGetValue(change.Table, out var table))
                {
                    Apply(change, table);
                }

                break;
        }
    }

    private void Create(TableCreated create)
    {
        var table = new TableModel(create.Table);
        if (!Tables.TryAdd(create.Table, table))
        {
            return;
        }

        foreach (var column in create.Columns)
        {
            table.Columns.Add(column.Name, column);
            if (column.IsCounter)
            {
                Sequences[$"{create.Table}_{column.Name}_seq"] = new SequenceModel(create.Table, column.Name, column.Type);
            }
        }

        foreach (var constraint in create.Constraints)
        {
            table.Constraints.Add(constraint.Name, constraint);
        }
    }

    private static void Apply(SchemaChange change, TableModel table)
    {
        switch (change)
        {
            case ColumnAdded add when table.Columns.TryAdd(add.Column.Name, add.Column):
                add.Constraints.ToList().ForEach(c => table.Constraints.Add(c.Name, c));
                break;
            case ColumnDropped drop:
                table.Drop(drop.Column);
                break;
            case ColumnTypeChanged type:
                table.Columns[type.Column] = table.Columns[type.Column] with { Type = type.Type };
                break;
            case DefaultChanged value:
                table.Columns[value.Column] = table.Columns[value.Column] with { Default = value.Default };
                break;
            case NotNullSet set:
                table.Columns[set.Column] = table.Columns[set.Column] with { IsNullable = false };
                break;
            case ConstraintAdded add:
                table.Constraints.TryAdd(add.Constraint.Name, add.Constraint);
                break;
            case ConstraintDropped drop:
                table.Constraints.Remove(drop.Name);
                break;
            case IndexCreated create:
                table.Indexes.TryAdd(create.Index.Name, create.Index);
                break;
            case IndexDropped drop:
                table.Indexes.Remove(drop.Name);
                break;
            case TriggerCreated create:
                table.Triggers.TryAdd(create.Trigger.Name, create.Trigger);
                break;
            case TriggerDropped drop:
                table.Triggers.Remove(drop.Name);
                break;
        }
    }
}

/// <summary>A sequence that generates the values of a column.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Type">The type of the sequence.</param>
public sealed record SequenceModel(string Table, string Column, string Type);
