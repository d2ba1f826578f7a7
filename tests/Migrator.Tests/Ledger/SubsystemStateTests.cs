using Migrations;
using Migrator.Ledger;

namespace Migrator.Tests.Ledger;

internal sealed class SubsystemStateTests
{
    private static readonly Subsystem Plugin = new("plugin", [Entry("001_a"), Entry("002_b"), Entry("003_c"), Entry("004_d")]);

    [Test]
    public void Without_a_row_everything_is_new() =>
        Assert.That(StatesOf(row: null),
            Is.EqualTo(new[] { MigrationState.New, MigrationState.New, MigrationState.New, MigrationState.New }));

    [Test]
    public void Arrays_that_are_null_are_empty() =>
        Assert.That(StatesOf(new LedgerRow("plugin", null, null, null)), Is.All.EqualTo(MigrationState.New));

    [Test]
    public void Migrations_in_the_arrays_are_executed_or_pending() => Assert.That(
        StatesOf(new LedgerRow("plugin", "001_a", ["001_a"], ["002_b"])),
        Is.EqualTo(new[] { MigrationState.Executed, MigrationState.Pending, MigrationState.New, MigrationState.New }));

    [Test]
    public void Migrations_in_neither_array_are_missing_before_the_last_executed_one_and_new_after_it() => Assert.That(
        StatesOf(new LedgerRow("plugin", "003_c", ["001_a", "003_c"], [])),
        Is.EqualTo(new[] { MigrationState.Executed, MigrationState.Missing, MigrationState.Executed, MigrationState.New }));

    [Test]
    public void A_migration_in_both_arrays_is_executed() =>
        Assert.That(StatesOf(new LedgerRow("plugin", "001_a", ["001_a"], ["001_a"]))[0], Is.EqualTo(MigrationState.Executed));

    [Test]
    public void An_unknown_last_executed_migration_makes_none_missing() =>
        Assert.That(StatesOf(new LedgerRow("plugin", "999_z", ["002_b", "999_z"], null)), Has.None.EqualTo(MigrationState.Missing));

    [Test]
    public void Names_outside_the_catalogue_are_unknown()
    {
        var state = SubsystemState.From(Plugin, new LedgerRow("plugin", "001_a", ["000_old", "001_a", "000_old"], ["999_z"]));
        Assert.That(state.Unknown, Is.EqualTo(new[] { "000_old", "999_z" }));
    }

    private static List<MigrationState> StatesOf(LedgerRow? row) => [.. SubsystemState.From(Plugin, row).Migrations.Select(m => m.State)];

    private static MigrationEntry Entry(string name) =>
        new(name, new Version(1, 0, 0), HasFinish: false, (_, _) => throw new NotSupportedException("Only its name is looked at."));
}
