using System.Globalization;
using Migrations.Compiling;
using Migrations.Dsl;
using Migrator.Configuration.Diagnostics;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Inspection;
using Npgsql;

namespace Migrator.Output;

/// <summary>Everything that is said while a command works, as named sentences. It goes to stderr.</summary>
/// <param name="log">Where to.</param>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class Messages(LogWriter log, TimeProvider? time = null) : IRunObserver
{
    private readonly Progress progress = new(log, time ?? TimeProvider.System);
    private readonly DeferredMessages early = new(log);
    private readonly ServerNotices notices = new(log);
    private string? said;

    /// <inheritdoc />
    public void Begin(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts)
    {
        progress.Begin(steps);
        var phases = steps.Select(s => s.Phase).Distinct().ToList();
        Once(steps.Any(s => s.IsRepeated)
            ? $"applying the schema of what was done in database '{facts.Database}' once more: {Count(steps.Count, "step")}"
            : facts.Ledger.IsEmpty ? $"bootstrapping database '{facts.Database}', schema '{facts.Schema}'"
            : kind is RunKind.Bootstrap || phases.Count > 1
                ? $"completing the bootstrap of database '{facts.Database}', schema '{facts.Schema}': {Count(steps.Count, "step")} left"
            : phases is [Phase.Up] ? $"migrating database '{facts.Database}', schema '{facts.Schema}': {Count(steps.Count, "migration")}"
            : $"finishing {Count(steps.Count, "migration")} of database '{facts.Database}', schema '{facts.Schema}'");
    }

    /// <inheritdoc />
    public void DroppingOthers(IReadOnlyList<string> others, DatabaseFacts facts)
    {
        log.Write(LogLevel.Warning, $"dropping {Count(others.Count, "object")} in or beside schema '{facts.Schema}' that "
            + $"{(others.Count == 1 ? "is" : "are")} not Kong's (--drop-everything)");
        foreach (var other in others)
        {
            log.Write(LogLevel.Info, $"  {other}");
        }
    }

    /// <inheritdoc />
    public void Emptied(DatabaseFacts facts) =>
        log.Write(LogLevel.Info, $"dropped the gateway's tables in schema '{facts.Schema}' of database '{facts.Database}'");

    /// <inheritdoc />
    public void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed)
    {
        progress.Done(steps.Count);
        foreach (var step in steps)
        {
            log.Write(steps.Count == 1 ? LogLevel.Info : LogLevel.Detail,
                $"  {step}: {(step.IsRepeated ? "applied" : step.LeavesPending ? "up phase done" : "done")}{Time()}");
        }

        string Time() => steps.Count == 1 ? $" ({elapsed.TotalMilliseconds:0} ms)" : "";
    }

    /// <inheritdoc />
    public void PartiallyCompleted(IReadOnlyList<MigrationStep> done) => log.Write(
        LogLevel.Info,
        $"{Count(done.Count, "step")} of this run {(done.Count == 1 ? "was" : "were")} committed, the last one {done[^1]}. What was "
            + "committed is kept.");

    /// <inheritdoc />
    public void WaitingFor(string holder) => Once($"waiting for the migration lock, which is held by another ({holder})");

    /// <inheritdoc />
    public void TakingOver(string dead) => Once($"going on in place of a migrator that died at work ({dead})");

    /// <inheritdoc />
    public void WaitingForPrimary(DatabaseFacts facts) =>
        Once($"waiting for a primary: the server of database '{facts.Database}' is a standby (in recovery)");

    /// <summary>There is no connection yet.</summary>
    public void WaitingForDatabase(MigratorException reason, TimeSpan limit)
    {
        Once($"waiting up to {limit.TotalSeconds:0.###} s for the database: {reason.Message}");

        // This may take long, and whoever waits can read.
        early.Release();
    }

    /// <inheritdoc />
    public void Blocked(MigrationStep? step, IReadOnlyList<string> blockers, int attempt) => log.Write(
        LogLevel.Info,
        $"  {step?.ToString() ?? "the transaction"}: no lock on a table within --ddl-lock-timeout, attempt {attempt}; stepping back, and "
            + "trying again. "
            + (blockers.Count == 0 ? "Who was in the way is gone by now." : "In the way: " + string.Join("; ", blockers)));

    /// <inheritdoc />
    public void Reconnecting(string reason) =>
        log.Write(LogLevel.Warning, $"The connection to the server was lost ({reason}): connecting again.");

    /// <inheritdoc />
    public void CommitResolved(IReadOnlyList<MigrationStep> steps, bool committed) => log.Write(
        LogLevel.Info,
        $"The connection had broken at COMMIT of {(steps.Count == 1 ? steps[0] : Count(steps.Count, "step"))}: "
            + (committed ? "the server says that it was committed." : "the server says that it was rolled back."));

    /// <summary>The database has migrations of a later gateway than the one that was asked for.</summary>
    public void NewerThanTarget(string target, IReadOnlyList<string> newer) => log.Write(
        LogLevel.Warning,
        $"The database is newer than gateway {target}: its ledger has {string.Join(", ", newer)}. Nothing of that is touched.",
        cause: null,
        "Give the gateway's version with --gateway-version, or leave it out for the newest release.");

    /// <summary>kong.conf names plugins whose migrations we do not have.</summary>
    public void PluginsNotBundled(IReadOnlyList<string> plugins) => early.Write(
        LogLevel.Info,
        $"'plugins' names {string.Join(", ", plugins)}, not bundled with the gateway: migrations of their own are left to kong "
            + "migrations.");

    /// <summary>The server remarked something while it worked: how far it is, or a row that could not be converted.</summary>
    public void Notice(PostgresNotice notice)
    {
        // The code is ours, but any function of the database can raise it, with any text.
        if (notice.SqlState == RewriteProgress.SqlState
            && uint.TryParse(notice.MessageText, NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
        {
            progress.Rows(rows);
        }
        else
        {
            var level = notice.InvariantSeverity is "WARNING" ? LogLevel.Warning : LogLevel.Detail;
            notices.Write(level, notice.MessageText ?? "", notice.Hint);
        }
    }

    /// <summary>Something about the connection.</summary>
    public void Say(LogLevel level, string what, string? remedy) => early.Write(level, what, remedy);

    /// <summary>Something in the configuration is probably not understood as it is meant.</summary>
    public void Warn(ConfigurationDiagnostic warning) => early.Write(LogLevel.Warning, warning.ToString());

    /// <summary>The way to a connection is over, or there is none to be had: what was remarked on it is written now.</summary>
    public void Release()
    {
        early.Release();
        notices.Sum();
    }

    /// <summary>Asks a question on stderr. The reply is for the caller to read.</summary>
    public void Ask(string question) => log.Ask(question);

    /// <summary>The command failed.</summary>
    public void Error(MigratorException error)
    {
        progress.Stop();
        log.Write(LogLevel.Error, Lines(error), error.Cause, error.Remedy);
        Release();
    }

    /// <summary>Something failed that nobody foresaw.</summary>
    public void Unforeseen(Exception exception) => Error(new MigratorException(
        $"migrator failed in a way that was not foreseen: {ExceptionText.Describe(exception)}",
        cause: null,
        "Run the command again with --vv, and report what it prints."));

    /// <summary>The trace of an exception, for --vv.</summary>
    public void Trace(Exception exception) => log.Write(LogLevel.Debug, ExceptionText.Trace(exception));

    /// <summary>A signal ended the run.</summary>
    public void Interrupted(string signal) => Error(new MigratorException(
        $"Ended by {signal}.",
        "What was committed is kept, and is in the ledger; the rest is rolled back.",
        "Run the command again: it goes on where it stopped."));

    /// <summary>Says something that goes on, not each time that it is noticed.</summary>
    private void Once(string message)
    {
        if (said != message)
        {
            said = message;
            log.Write(LogLevel.Info, message);
        }
    }

    // The one error with lines of its own: whatever is in one of its reasons, it stays on its line.
    private static IReadOnlyList<string> Lines(MigratorException error) => error is ConfigurationException { Errors.Count: > 1 } refusal
        ? [refusal.Headline, .. refusal.Errors.Select(e => $"  {e}")]
        : [error.Message];

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
