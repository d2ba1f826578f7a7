using Migrations;
using Migrations.Compiling;
using Migrations.Dsl;
using Migrations.Model;

namespace Migrator.Verification;

/// <summary>The names that the gateway has ever had for tables and their parts: what is under another name is not the gateway's.</summary>
internal sealed class GatewayNames
{
    private readonly HashSet<(string Table, string Name)> parts = [];

    private GatewayNames()
    {
        var migrations = Versions.SelectMany(Catalogue.For).SelectMany(subsystem => subsystem.Migrations);
        foreach (var change in LedgerTables.Changes.Concat(migrations.SelectMany(ChangesOf)))
        {
            Add(change);
        }
    }

    /// <summary>The versions that together have everything: some migrations ask for their target.</summary>
    public static IReadOnlyList<GatewayVersion> Versions { get; } =
        [GatewayVersion.Known[0], GatewayVersion.Default, GatewayVersion.Newest];

    /// <summary>The names.</summary>
    public static GatewayNames All { get; } = new();

    /// <summary>The tables.</summary>
    public IReadOnlyCollection<string> Tables => tables;

    /// <summary>The names of the parts of all tables.</summary>
    public IEnumerable<string> Parts => parts.Select(p => p.Name).Distinct(StringComparer.Ordinal);

    private readonly HashSet<string> tables = new(StringComparer.Ordinal);

    /// <summary>Whether the gateway ever had a column, constraint, index or trigger of a table under this name.</summary>
    public bool Has(string table, string part) => parts.Contains((table, part));

    private void Add(SchemaChange change)
    {
        switch (change)
        {
            case TableCreated create:
                tables.Add(create.Table);
                parts.UnionWith(create.Columns.Select(c => (create.Table, c.Name)));
                parts.UnionWith(create.Constraints.Select(c => (create.Table, c.Name)));
                break;
            case ColumnAdded add:
                parts.Add((add.Table, add.Column.Name));
                parts.UnionWith(add.Constraints.Select(c => (add.Table, c.Name)));
                break;
            case ConstraintAdded add:
                parts.Add((add.Table, add.Constraint.Name));
                break;
            case IndexCreated create:
                parts.Add((create.Table, create.Index.Name));
                break;
            case TriggerCreated create:
                parts.Add((create.Table, create.Trigger.Name));
                break;
        }
    }

    private static IEnumerable<SchemaChange> ChangesOf(MigrationEntry entry) =>
        ExpectedSchema.Changes(entry, Phase.Up).Concat(entry.HasFinish ? ExpectedSchema.Changes(entry, Phase.Finish) : []);
}
