using Migrations;
using Migrations.Compiling;
using Migrator.Execution;
using Migrator.Output;

namespace Migrator.Tests.Output;

/// <summary>The numbers in the summary of a run.</summary>
internal sealed class RunTallyTests
{
    private static readonly IReadOnlyList<MigrationStep> Steps =
        [.. Catalogue.Subsystems[0].Migrations.Take(3).Select(m => new MigrationStep(Catalogue.Subsystems[0], m, Phase.Up))];

    private readonly RunTally tally = new();

    [Test]
    public void Rows_and_warnings_count_once_the_transaction_is_committed()
    {
        tally.AddRows(5);
        tally.AddWarning();
        Assert.That((tally.Rows, tally.Warnings, tally.Steps.Count), Is.EqualTo((0L, 0, 0)));

        Assert.That(tally.Done([Steps[0]], TimeSpan.FromSeconds(2)), Is.EqualTo(5));
        tally.AddRows(7);
        tally.Done([Steps[1]], TimeSpan.FromSeconds(1));
        Assert.That((tally.Rows, tally.Warnings), Is.EqualTo((12L, 1)));
        Assert.That(tally.Steps, Is.EqualTo(new[]
        {
            new DoneStep(Steps[0], TimeSpan.FromSeconds(2), 5), new DoneStep(Steps[1], TimeSpan.FromSeconds(1), 7),
        }));
    }

    [Test]
    public void What_was_rolled_back_does_not_count()
    {
        tally.AddRows(5);
        tally.AddWarning();
        tally.RolledBack();
        tally.AddRows(3);
        tally.Done([Steps[0]], TimeSpan.Zero);
        Assert.That((tally.Rows, tally.Warnings), Is.EqualTo((3L, 0)));
    }

    [Test]
    public void A_transaction_whose_connection_broke_at_COMMIT_counts_if_it_was_committed()
    {
        tally.AddRows(5);
        tally.AddWarning();
        tally.RolledBack();
        tally.CommittedAfterAll([Steps[0]]);
        Assert.That((tally.Rows, tally.Warnings, tally.Steps.Single().Step), Is.EqualTo((5L, 1, Steps[0])));
    }

    [Test]
    public void The_time_of_a_bootstrap_is_that_of_its_one_transaction()
    {
        tally.Done(Steps, TimeSpan.FromSeconds(3));
        Assert.That(tally.Steps.Select(s => s.Elapsed), Is.EqualTo(new[] { TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.Zero }));
    }
}
