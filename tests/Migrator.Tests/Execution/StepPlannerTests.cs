using Migrations;
using Migrator.Execution;
using Migrator.Ledger;

namespace Migrator.Tests.Execution;

internal sealed class StepPlannerTests
{
    private static readonly IReadOnlyList<Subsystem> Subsystems =
    [
        new("core", [Entry("000_base"), Entry("001_two", hasFinish: true)]),
        new("plugin", [Entry("000_base_plugin")]),
    ];

    [Test]
    public void Bootstrap_runs_both_phases_of_each_migration_beginning_with_the_core() => Assert.That(
        Names(StepPlanner.Bootstrap(State())),
        Is.EqualTo(new[] { "core/000_base", "core/001_two", "core/001_two (finish)", "plugin/000_base_plugin" }));

    [Test]
    public void Bootstrap_finishes_pending_migrations_and_skips_executed_ones() => Assert.That(
        Names(StepPlanner.Bootstrap(State(new LedgerRow("core", "000_base", ["000_base"], ["001_two"])))),
        Is.EqualTo(new[] { "core/001_two (finish)", "plugin/000_base_plugin" }));

    [Test]
    public void Up_runs_the_up_phase_of_new_and_missing_migrations() => Assert.That(
        Names(StepPlanner.Up(State(new LedgerRow("core", "001_two", ["001_two"], null)))),
        Is.EqualTo(new[] { "core/000_base", "plugin/000_base_plugin" }));

    [Test]
    public void Finish_runs_the_finish_phase_of_pending_migrations_only() => Assert.That(
        Names(StepPlanner.Finish(State(new LedgerRow("core", "000_base", ["000_base"], ["001_two"])))),
        Is.EqualTo(new[] { "core/001_two (finish)" }));

    [Test]
    public void Only_an_up_phase_with_a_finish_phase_leaves_the_migration_pending() => Assert.That(
        StepPlanner.Bootstrap(State()).Where(s => s.LeavesPending).Select(s => s.ToString()), Is.EqualTo(new[] { "core/001_two" }));

    private static SchemaState State(params LedgerRow[] rows) => SchemaState.From(Subsystems, rows);

    private static IEnumerable<string> Names(IEnumerable<MigrationStep> steps) => steps.Select(s => s.ToString());

    private static MigrationEntry Entry(string name, bool hasFinish = false) =>
        new(name, new Version(1, 0, 0), hasFinish, (_, _) => throw new NotSupportedException("Only its name is looked at."));
}
