using Migrations;
using Migrations.Compiling;
using Migrations.Model;

namespace Migrator.Verification;

/// <summary>The names that the gateway has ever had for tables and their parts: what is under another name is not the gateway's.</summary>
internal sealed class GatewayNames
{
    private readonly HashSet<(string Table, string Name)> parts = [];

    private GatewayNames()
    {
        var migrations = Versions.SelectMany(Catalogue.For).SelectMany(subsystem => subsystem.Migrations);
        foreach (var (table, part) in LedgerTables.Changes.Concat(migrations.SelectMany(ChangesOf)).SelectMany(MadeBy))
        {
            _ = part is null ? tables.Add(table) : parts.Add((table, part));
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

    /// <summary>What a change makes: a table, or a part of one.</summary>
    public static IEnumerable<(string Table, string? Part)> MadeBy(SchemaChange change) => change switch
    {
        TableCreated create => NamesOf(
            create.Table, [null, .. create.Columns.Select(c => c.Name), .. create.Constraints.Select(c => c.Name)]),
        ColumnAdded add => NamesOf(add.Table, [add.Column.Name, .. add.Constraints.Select(c => c.Name)]),
        ConstraintAdded add => NamesOf(add.Table, [add.Constraint.Name]),
        IndexCreated create => NamesOf(create.Table, [create.Index.Name]),
        TriggerCreated create => NamesOf(create.Table, [create.Trigger.Name]),
        _ => [],
    };

    private static IEnumerable<(string Table, string? Part)> NamesOf(string table, string?[] parts) => parts.Select(p => (table, p));

    private static IEnumerable<SchemaChange> ChangesOf(MigrationEntry entry) =>
        ExpectedSchema.Changes(entry, Phase.Up).Concat(entry.HasFinish ? ExpectedSchema.Changes(entry, Phase.Finish) : []);
}
