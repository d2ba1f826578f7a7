using Migrations;
using Migrations.Compiling;
using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Ledger;

namespace Migrator.Tests.Execution;

/// <summary>
/// Every upgrade between two gateway versions, interrupted after every step, or left unfinished when the next version is installed.
/// </summary>
internal sealed class RunPlanTests
{
    private static readonly IReadOnlyList<GatewayVersion> Versions = [.. GatewayVersion.Known.Where(v => v.IsReleased)];

    [Test]
    public void An_up_interrupted_after_any_step_continues_there() => Assert.Multiple(() =>
    {
        foreach (var (from, to) in Pairs())
        {
            var before = Complete(from);
            var steps = StepPlanner.Up(State(to, before));
            for (var taken = 0; taken <= steps.Count; taken++)
            {
                var cut = State(to, Steps.Apply(before, steps.Take(taken)));
                var left = steps.Skip(taken).Select(s => s.ToString()).ToList();
                Assert.That(() => RunPlan.Of(RunKind.Up, cut, "kong").Select(s => s.ToString()), Is.EqualTo(left),
                    $"up from {from.Name} to {to.Name}, cut after {taken} of {steps.Count} steps");
                Assert.That(RunPlan.Of(RunKind.Migrate, cut, "kong").Select(s => s.ToString()), Is.EqualTo(left));
                if (left.Count > 0)
                {
                    Assert.That(RunPlan.Of(RunKind.MigrateAndFinish, cut, "kong").Select(s => s.ToString()), Is.EqualTo(left));
                }
            }
        }
    });

    [Test]
    public void An_unfinished_upgrade_is_finished_before_the_next_one_begins() => Assert.Multiple(() =>
    {
        foreach (var (from, middle) in Pairs())
        {
            var unfinished = Steps.Apply(Complete(from), StepPlanner.Up(State(middle, Complete(from))));
            foreach (var to in Versions.Where(v => v > middle))
            {
                var state = State(to, unfinished);
                if (state is { HasPending: true, HasNew: true })
                {
                    Assert.That(() => RunPlan.Of(RunKind.Up, state, "kong"), Throws.TypeOf<MigratorException>(),
                        $"from {from.Name} to {middle.Name}, not finished, then to {to.Name}");
                    Assert.That(RunPlan.Of(RunKind.MigrateAndFinish, state, "kong").Select(s => s.Phase), Is.All.EqualTo(Phase.Finish));
                }
            }
        }
    });

    private static IEnumerable<(GatewayVersion From, GatewayVersion To)> Pairs() =>
        from one in Versions from other in Versions where one < other select (one, other);

    private static SchemaState State(GatewayVersion version, IReadOnlyList<LedgerRow> rows) =>
        SchemaState.From(Catalogue.For(version), rows);

    private static IReadOnlyList<LedgerRow> Complete(GatewayVersion version) => Steps.Apply([], StepPlanner.Bootstrap(State(version, [])));
}
