using Migrator.Configuration;
using Migrator.Errors;
using Migrator.Ledger;
using Migrator.Running;
using Npgsql;

namespace Migrator.Output;

/// <summary>Everything that is said while a command works, as named sentences. It goes to stderr.</summary>
internal sealed class Messages(LogWriter log) : IRunObserver
{
    private string? waitingFor;

    /// <inheritdoc />
    public void Begin(RunKind kind, int steps, DatabaseFacts facts) => log.Write(
        LogLevel.Info,
        (kind, facts.Ledger.Length) switch
        {
            (RunKind.Bootstrap, 0) => $"bootstrapping database '{facts.Database}', schema '{facts.Schema}'",
            (RunKind.Bootstrap, _) => $"completing the bootstrap of database '{facts.Database}', schema '{facts.Schema}': {Count(steps, "step")} left",
            (RunKind.Up, _) => $"migrating database '{facts.Database}', schema '{facts.Schema}': {Count(steps, "migration")}",
            _ => $"finishing {Count(steps, "migration")} of database '{facts.Database}', schema '{facts.Schema}'",
        });

    /// <inheritdoc />
    public void Emptied(DatabaseFacts facts) =>
        log.Write(LogLevel.Info, $"dropped everything in schema '{facts.Schema}' of database '{facts.Database}'");

    /// <inheritdoc />
    public void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed)
    {
        foreach (var step in steps)
        {
            log.Write(steps.Count == 1 ? LogLevel.Info : LogLevel.Detail, $"  {step}: {(step.LeavesPending ? "pending" : "executed")}{Time()}");
        }

        string Time() => steps.Count == 1 ? $" ({elapsed.TotalMilliseconds:0} ms)" : "";
    }

    /// <inheritdoc />
    public void Stands(IReadOnlyList<MigrationStep> done) => log.Write(
        LogLevel.Info, $"{Count(done.Count, "step")} of this run had been committed before, the last one {done[^1]}: they stand and are recorded.");

    // Said once for each.
    /// <inheritdoc />
    public void WaitingFor(string holder)
    {
        if (waitingFor != holder)
        {
            waitingFor = holder;
            log.Write(LogLevel.Info, $"waiting for another migrator that is at work on this schema ({holder})");
        }
    }

    /// <summary>The database has migrations of a later gateway than the one that was asked for.</summary>
    public void NewerThanTarget(string target, IReadOnlyList<string> newer) => log.Write(
        LogLevel.Warning,
        $"The database is newer than gateway {target}: its ledger has {string.Join(", ", newer)}. Nothing of that is touched.",
        cause: null,
        "Give the gateway's version with --gateway-version, or leave it out for the newest release.");

    /// <summary>kong.conf names plugins whose migrations we do not have.</summary>
    public void PluginsNotBundled(IReadOnlyList<string> plugins) => log.Write(
        LogLevel.Info,
        $"'plugins' names {string.Join(", ", plugins)}, not bundled with the gateway: migrations of their own are left to kong migrations.");

    /// <summary>The server remarked something while it worked: a row that could not be converted.</summary>
    public void Notice(PostgresNotice notice) => log.Write(
        notice.InvariantSeverity is "WARNING" ? LogLevel.Warning : LogLevel.Detail, notice.MessageText, cause: null, notice.Hint);

    /// <summary>Something about the connection.</summary>
    public void Say(LogLevel level, string what, string? remedy) => log.Write(level, what, cause: null, remedy);

    /// <summary>Something in the configuration is probably not understood as it is meant.</summary>
    public void Warn(ConfigurationWarning warning) => log.Write(LogLevel.Warning, warning.ToString());

    /// <summary>The command failed.</summary>
    public void Error(MigratorException error) => log.Write(LogLevel.Error, error.Message, error.Cause, error.Remedy);

    /// <summary>Something failed that nobody foresaw.</summary>
    public void Unforeseen(Exception exception) => log.Write(
        LogLevel.Error,
        $"migrator failed in a way that was not foreseen: {exception.GetType().Name}: {exception.Message}",
        cause: null,
        "Run the command again with --vv, and report what it prints.");

    /// <summary>The trace of an exception, for --vv.</summary>
    public void Trace(Exception exception) => log.Write(LogLevel.Debug, exception.ToString());

    /// <summary>A signal ended the run.</summary>
    public void Interrupted(string signal) => log.Write(
        LogLevel.Error, $"Ended by {signal}.", "What was being done was rolled back; what had been committed stands.", "Run the command again: it goes on where it stopped.");

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
