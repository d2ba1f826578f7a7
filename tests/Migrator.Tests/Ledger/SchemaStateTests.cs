using Migrations;
using Migrations.Dsl;
using Migrator.Ledger;
using Migrator.Tests.Execution;

namespace Migrator.Tests.Ledger;

internal sealed class SchemaStateTests
{
    private static readonly IReadOnlyList<Subsystem> Catalogue39 = Catalogue.For(GatewayVersion.Default);

    [Test]
    public void Without_a_ledger_the_bootstrap_is_neither_complete_nor_incomplete()
    {
        var state = SchemaState.From(Catalogue39, rows: null);
        Assert.Multiple(() =>
        {
            Assert.That(state.HasLedger, Is.False);
            Assert.That(state.IsBootstrapIncomplete, Is.False);
            Assert.That(state.IsComplete, Is.False);
        });
    }

    [Test]
    public void A_ledger_without_rows_is_an_incomplete_bootstrap() =>
        Assert.That(SchemaState.From(Catalogue39, []).IsBootstrapIncomplete, Is.True);

    [TestCaseSource(nameof(Versions))]
    public void A_database_of_any_version_is_bootstrapped(string version)
    {
        var state = SchemaState.From(Catalogue39, Complete(version));
        Assert.Multiple(() =>
        {
            Assert.That(state.IsBootstrapIncomplete, Is.False);
            Assert.That(state.IsComplete, Is.EqualTo(version == "3.9"));
            Assert.That(state.HasNew, Is.EqualTo(version is not ("3.9")));
        });
    }

    [Test]
    public void A_bootstrap_in_which_Kong_was_killed_at_any_point_is_incomplete()
    {
        var names = Catalogue39.SelectMany(s => s.Migrations.Select(m => (s.Name, m.Name))).ToList();
        for (var cut = 1; cut < names.Count; cut++)
        {
            var rows = names.Take(cut).GroupBy(n => n.Item1, StringComparer.Ordinal).Select(g => Row(g.Key, [.. g.Select(n => n.Item2)]))
                .ToList();
            Assert.That(SchemaState.From(Catalogue39, rows).IsBootstrapIncomplete, Is.True, $"cut after {names[cut - 1]}");
        }
    }

    [Test]
    public void An_interrupted_upgrade_is_not_an_incomplete_bootstrap([ValueSource(nameof(Versions))] string from)
    {
        var steps = Steps.Of(SchemaState.From(Catalogue39, Complete(from)));
        for (var cut = 0; cut <= steps.Count; cut++)
        {
            var rows = Steps.Apply(Complete(from), steps.Take(cut));
            Assert.That(SchemaState.From(Catalogue39, rows).IsBootstrapIncomplete, Is.False, $"cut after {cut} steps");
        }
    }

    [Test]
    public void Rows_of_subsystems_outside_the_catalogue_are_unknown_and_change_nothing()
    {
        var state = SchemaState.From(Catalogue39, [.. Complete("3.9"), Row("my-plugin", "000_base_my_plugin")]);
        Assert.Multiple(() =>
        {
            Assert.That(state.Unknown.Select(r => r.Subsystem), Is.EqualTo(new[] { "my-plugin" }));
            Assert.That(state.IsComplete, Is.True);
        });
    }

    private static IEnumerable<string> Versions() => GatewayVersion.Known.Where(v => v <= GatewayVersion.Default).Select(v => v.Name);

    private static List<LedgerRow> Complete(string version) =>
        [.. Catalogue.For(GatewayVersion.Find(version)!).Select(s => Row(s.Name, [.. s.Migrations.Select(m => m.Name)]))];

    private static LedgerRow Row(string subsystem, params IReadOnlyList<string> executed) => new(subsystem, executed[^1], executed, []);
}
