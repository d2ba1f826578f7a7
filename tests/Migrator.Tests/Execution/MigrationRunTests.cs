using System.Data.Common;
using Migrations;
using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Ledger;
using Migrator.Sessions;
using Migrator.Tests.Resilience;
using Migrator.Tests.Sessions;
using Npgsql;

namespace Migrator.Tests.Execution;

/// <summary>A run of two migrations, the last two of 3.9, against answers that each test prepares.</summary>
internal sealed class MigrationRunTests
{
    private static readonly IReadOnlyList<Subsystem> Subsystems = Catalogue.For(GatewayVersion.Find("3.9")!);
    private static readonly IReadOnlyList<MigrationStep> All = StepPlanner.Bootstrap(SchemaState.From(Subsystems, []));
    private static readonly IReadOnlyList<MigrationStep> LastTwo = [.. All.Where(s => !s.Migration.HasFinish).TakeLast(2)];
    private static readonly IReadOnlyList<LedgerRow> Before = Steps.Apply([], All.Where(s => !LastTwo.Contains(s)));
    private static readonly IReadOnlyList<LedgerRow> Middle = Steps.Apply(Before, LastTwo.Take(1));
    private static readonly IReadOnlyList<LedgerRow> After = Steps.Apply(Middle, LastTwo.Skip(1));

    private readonly TestClock time = new();
    private readonly Recorder recorder = new();
    private readonly FakeSession session = new();

    private static readonly string First = LastTwo[0].ToString();
    private static readonly string Second = LastTwo[1].ToString();

    [Test]
    public async Task Each_step_is_a_transaction_and_the_last_one_deletes_the_lock_row()
    {
        session.Answers(() => StateAnswers.State(Before)).Answers(() => StateAnswers.Ran(Middle)).Answers(() => StateAnswers.Ran(After));
        var outcome = await UpAsync();
        Assert.Multiple(() =>
        {
            Assert.That(outcome.State.IsComplete, Is.True);
            Assert.That(recorder.Events, Is.EqualTo(new[] { "begin 2", $"done {First}", $"done {Second}" }));
            Assert.That(session.Sent.Select(s => s.Contains("INSERT INTO \"public\".\"locks\"", StringComparison.Ordinal)),
                Is.EqualTo(new[] { false, true, false }), "the row is claimed once");
            Assert.That(session.Sent.Select(s => s.Contains("DELETE FROM \"public\".\"locks\" WHERE key = 'migrations' AND owner = current",
                StringComparison.Ordinal)), Is.EqualTo(new[] { false, false, true }), "the row is released at the end");
        });
    }

    [Test]
    public async Task A_COMMIT_among_other_statements_is_asked_about_as_soon_as_one_apart([Values(0, 1)] int transaction)
    {
        DbDataReader Slow(IReadOnlyList<LedgerRow> ledger, int number)
        {
            time.Advance(number == transaction ? new ServerLimits().Silence : TimeSpan.Zero);
            return StateAnswers.Ran(ledger);
        }

        session.Answers(() => StateAnswers.State(Before)).Answers(() => Slow(Middle, 0)).Answers(() => Slow(After, 1));
        await UpAsync();
        Assert.That(session.Events, Is.EqualTo(new[] { "open" }), "a second connection, on which the server is asked");
    }

    [Test]
    public async Task With_nothing_to_do_there_is_one_query_and_no_message()
    {
        session.Answers(() => StateAnswers.State(After));
        var outcome = await UpAsync();
        Assert.That((outcome.Done.Count, session.Sent.Count, recorder.Events.Count), Is.EqualTo((0, 1, 0)));
    }

    [TestCase("committed", true)]
    [TestCase("aborted", false)]
    [TestCase(null, true, Description = "the server does not know, and the ledger has the entry")]
    public async Task The_outcome_of_an_unanswered_COMMIT_is_taken_from_the_server_or_the_ledger(string? status, bool isCommitted)
    {
        session.Answers(() => StateAnswers.State(Before)).Answers(() => StateAnswers.Ran(Middle), breaks: true)
            .Answers(() => StateAnswers.State(isCommitted ? Middle : Before)).Answers(() => StateAnswers.Outcome(status));
        _ = isCommitted ? session : session.Answers(() => StateAnswers.Ran(Middle));
        session.Answers(() => StateAnswers.Ran(After));
        var outcome = await UpAsync();
        Assert.Multiple(() =>
        {
            Assert.That(recorder.Events, Does.Contain($"{(isCommitted ? "committed" : "rolled back")} {First}"));
            Assert.That(outcome.Done.Select(s => s.ToString()), Is.EqualTo(new[] { First, Second }), "each is counted once");
        });
    }

    [Test]
    public async Task A_step_that_loses_its_connection_twice_ends_the_run()
    {
        session.Answers(() => StateAnswers.State(Before)).Answers(() => StateAnswers.Ran(Middle), breaks: true)
            .Answers(() => StateAnswers.State(Before)).Answers(() => StateAnswers.Outcome("aborted"))
            .Answers(() => StateAnswers.Ran(Middle), breaks: true)
            .Answers(() => StateAnswers.State(Before)).Answers(() => StateAnswers.Outcome("aborted"));
        session.Otherwise = StateAnswers.Nothing;
        var error = await Assert.ThrowsAsync<NpgsqlException>(UpAsync);
        Assert.That(error!.Message, Is.EqualTo("gone"));
        Assert.That(recorder.Events.Count(e => e == $"rolled back {First}"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_pooler_of_statements_that_closes_the_connection_without_its_reason_is_named()
    {
        static Exception Words() => new PostgresException(
            "transaction blocks not allowed in statement pooling mode", "FATAL", "FATAL", PostgresErrorCodes.ProtocolViolation);
        var pooled = new FakeSession { Other = new FakeSession { Otherwise = () => throw Words() } };
        pooled.Answers(() => StateAnswers.State(Before)).Answers(() => StateAnswers.Ran(Middle), breaks: true);
        pooled.Otherwise = StateAnswers.Nothing;
        var run = new MigrationRun(
            pooled, new RunOptions { Name = "us", LockTimeout = TimeSpan.FromMinutes(1), Time = time }, Subsystems, recorder);
        var error = await Assert.ThrowsAsync<MigratorException>(() => run.RunAsync(RunKind.Up, CancellationToken.None));
        Assert.That(error!.Cause, Does.Contain("pool_mode = statement"));
    }

    [Test]
    public async Task A_step_done_by_another_runner_meanwhile_is_not_repeated()
    {
        session.Answers(() => StateAnswers.State(Before)).Throws(() => Refused("KM002")).Answers(StateAnswers.Nothing)
            .Answers(() => StateAnswers.State(Middle)).Answers(() => StateAnswers.Ran(After));
        var outcome = await UpAsync();
        Assert.That(outcome.Done.Select(s => s.ToString()), Is.EqualTo(new[] { Second }));
    }

    [Test]
    public async Task An_error_reports_the_completed_steps_and_deletes_the_lock_row()
    {
        session.Answers(() => StateAnswers.State(Before)).Answers(() => StateAnswers.Ran(Middle))
            .Throws(() => Refused(PostgresErrorCodes.UndefinedColumn)).Answers(StateAnswers.Nothing);
        await Assert.ThrowsAsync<MigratorException>(UpAsync);
        Assert.Multiple(() =>
        {
            Assert.That(recorder.Events[^1], Is.EqualTo($"partly {First}"));
            Assert.That(session.Sent[^1], Does.Contain("DELETE FROM \"public\".\"locks\""));
        });
    }

    private async Task<RunOutcome> UpAsync()
    {
        var options = new RunOptions { Name = "us", LockTimeout = TimeSpan.FromMinutes(1), Time = time };
        var run = new MigrationRun(session, options, Subsystems, recorder).RunAsync(RunKind.Up, CancellationToken.None);
        await time.PassUntilAsync(run, TimeSpan.FromMinutes(2));
        return await run;
    }

    private static PostgresException Refused(string sqlState) => new("refused", "ERROR", "ERROR", sqlState);
}
