using Migrations.Compiling;
using Migrations.Dsl;
using Migrations.Model;

namespace Migrations.Tests;

/// <summary>The schema that is derived from the migrations equals the real gateway's.</summary>
public sealed class ExpectedSchemaTests
{
    private static IEnumerable<string> Versions => GatewayVersion.Known.Select(version => version.Name);

    [TestCaseSource(nameof(Versions))]
    public void It_equals_a_bootstrap_of_every_version(string version)
    {
        var model = ExpectedSchema.Ledger();
        foreach (var (_, entry) in Gateway.Entries(GatewayVersion.Find(version)!))
        {
            Apply(model, entry);
        }

        Assert.That(Facts(model), Is.EquivalentTo(SchemaTests.Kongs(version).Where(IsNotColumnOrder)));
    }

    [TestCase("2.8")]
    [TestCase("3.0")]
    [TestCase("3.4")]
    public void It_does_not_depend_on_the_version_a_database_was_created_for(string version)
    {
        var model = ExpectedSchema.Ledger();
        foreach (var (_, entry) in Gateway.Entries(GatewayVersion.Default))
        {
            Apply(model, entry with { Target = GatewayVersion.Find(version)! });
        }

        Assert.That(Facts(model), Is.EquivalentTo(SchemaTests.Kongs(GatewayVersion.Default.Name).Where(IsNotColumnOrder)));
    }

    private static void Apply(SchemaModel model, MigrationEntry entry)
    {
        ExpectedSchema.Apply(model, entry, Phase.Up);
        if (entry.HasFinish)
        {
            ExpectedSchema.Apply(model, entry, Phase.Finish);
        }
    }

    private static bool IsNotColumnOrder(string fact) => !fact.StartsWith("columns of ", StringComparison.Ordinal);

    private static IEnumerable<string> Facts(SchemaModel model) =>
    [
        .. model.Tables.Values.SelectMany(OfTable),
        .. model.Functions.Keys.Select(name => $"function {name}() trigger plpgsql volatile"),
        .. model.Sequences.Select(s => $"sequence cache 1 cycle false increment 1 max {Most(s.Value.Type)} min 1 name {s.Key} owned_by "
            + $"{s.Value.Table}.{s.Value.Column} start 1 type {s.Value.Type}"),
    ];

    private static IEnumerable<string> OfTable(TableModel table) =>
    [
        $"table {table.Name}",
        .. table.Columns.Values.Select(c => $"column {table.Name}.{c.Name} {c.Type}{(c.IsNullable ? "" : " not null")} default "
            + $"{c.Default ?? "none"}"),
        .. table.Constraints.Values.Select(c => $"constraints {table.Name}.{c.Name} {c.Definition}"),
        .. table.Constraints.Values.Where(c => c.HasIndex).Select(c => new IndexModel(c.Name, c.Columns, IsUnique: true))
            .Concat(table.Indexes.Values).Select(i => $"indexes {table.Name}.{i.Name} {i.Definition(table.Name)}"),
        .. table.Triggers.Values.Select(t => $"triggers {table.Name}.{t.Name} {t.Definition(table.Name, t.Function)}"),
    ];

    private static string Most(string type) => type == "integer" ? "2147483647" : "9223372036854775807";
}
