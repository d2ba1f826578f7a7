using Migrations.Compiling;
using Migrator.Configuration.Diagnostics;
using Migrator.Display;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Planning;
using Migrator.Rollout;

namespace Migrator.Output;

/// <summary>The messages of a command, one method for each. They are written to stderr.</summary>
/// <param name="log">The log to write to.</param>
/// <param name="time">The clock; null means the system clock.</param>
internal sealed class Messages(LogWriter log, TimeProvider? time = null) : IRunObserver, IDrainObserver, IReadinessObserver
{
    // Of a container that failed, Kubernetes shows the last 2048 bytes of its log (terminationMessagePolicy: FallbackToLogsOnError).
    private const int MaxAfterError = 1200;

    private readonly Progress progress = new(log, time ?? TimeProvider.System);
    private readonly DeferredMessages deferred = new(log);
    private readonly ServerNotices notices = new(log);
    private string? lastCondition;
    private bool saidStandby;
    private string? lastBlockers;

    /// <summary>What the run has done so far.</summary>
    public RunTally Tally { get; } = new();

    /// <summary>The name of the run in the log, see <see cref="LogWriter.RunId"/>.</summary>
    public string RunId => log.RunId;

    /// <inheritdoc />
    public void Begin(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts)
    {
        progress.Begin(steps);
        if (facts.Ledger is { IsEmpty: true, Elsewhere: { Length: > 0 } elsewhere })
        {
            log.Write(
                LogLevel.Warning, $"{elsewhere}: the tables of another gateway are made.",
                "If that is not meant, give this up with reset, and correct pg_schema.");
        }

        var phases = steps.Select(s => s.Phase).Distinct().ToList();
        var sentence = steps.Any(s => s.IsReapplied)
            ? $"applying the schema of what was done in database '{facts.Database}' once more: {Plural.Of(steps.Count, "step")}"
            : facts.Ledger.IsEmpty ? $"bootstrapping database '{facts.Database}', schema '{facts.Schema}'"
            : kind is RunKind.Bootstrap || phases.Count > 1
                ? $"completing the bootstrap of database '{facts.Database}', schema '{facts.Schema}': {Plural.Of(steps.Count, "step")} left"
            : phases is [Phase.Up]
                ? $"migrating database '{facts.Database}', schema '{facts.Schema}': {Plural.Of(steps.Count, "migration")}"
            : $"finishing {Plural.Of(steps.Count, "migration")} of database '{facts.Database}', schema '{facts.Schema}'";
        Once(
            sentence + (facts.ActsAs is null ? "" : $", as role '{facts.ActsAs}', to which the new objects will belong"),
            LogEvent.RunBegan,
            ("database", facts.Database), ("schema", facts.Schema), ("role", facts.Creator), ("steps", steps.Count));
    }

    /// <inheritdoc />
    public void DroppingForeignObjects(IReadOnlyList<string> others, DatabaseFacts facts)
    {
        log.Write(LogLevel.Warning, $"dropping {Plural.Of(others.Count, "object")} in or beside schema '{facts.Schema}' that "
            + $"{(others.Count == 1 ? "is" : "are")} not Kong's (--drop-everything)", kind: LogEvent.ForeignObjectsDropped);
        foreach (var other in others)
        {
            log.Write(LogLevel.Info, $"  {other}");
        }
    }

    /// <inheritdoc />
    public void Dropped(DatabaseFacts facts) =>
        log.Write(
            LogLevel.Info,
            $"dropped the gateway's tables in schema '{facts.Schema}' of database '{facts.Database}'",
            kind: LogEvent.SchemaDropped);

    /// <inheritdoc />
    public void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed)
    {
        progress.Done(steps.Count);
        var rows = Tally.Done(steps, elapsed);
        foreach (var step in steps)
        {
            log.Write(
                steps.Count == 1 ? LogLevel.Info : LogLevel.Detail,
                $"  {step}: {(step.IsReapplied ? "applied" : step.LeavesPending ? "up phase done" : "done")}{Time()}",
                kind: LogEvent.StepDone,
                fields: steps.Count > 1 ? Names(step)
                    : [.. Names(step), ("duration_ms", Math.Round(elapsed.TotalMilliseconds)), ("rows", rows)]);
        }

        string Time() => steps.Count == 1 ? $" ({elapsed.TotalMilliseconds:0} ms)" : "";
    }

    /// <inheritdoc />
    public void PartiallyCompleted(IReadOnlyList<MigrationStep> done) => log.Write(
        LogLevel.Info,
        $"{Plural.Of(done.Count, "step")} of this run {(done.Count == 1 ? "was" : "were")} committed, the last one {done[^1]}. What was "
            + "committed is kept.",
        kind: LogEvent.RunStopped,
        fields: [.. Names(done[^1]), ("steps", done.Count)]);

    /// <summary>The rows that rewrites changed were written to a file, as they were.</summary>
    /// <param name="saved">The file; null if rows are not saved.</param>
    public void RowsSaved(SavedRowsFile? saved)
    {
        if (saved is { Rows: > 0 })
        {
            log.Write(
                LogLevel.Info,
                $"Saved {Plural.Rows(saved.Rows)} as they were: {saved.Path}",
                kind: LogEvent.RowsSaved,
                fields: [("rows", saved.Rows), ("file", saved.Path)]);
        }
    }

    /// <inheritdoc />
    public void WaitingFor(string holder) => Once(
        $"waiting for the migration lock, held by another runner ({holder})",
        LogEvent.WaitingForLock,
        ("holder", DisplayText.Cut(holder, DisplayText.MaxValueLength)));

    /// <inheritdoc />
    public void TakingOver(string dead) => Once(
        $"taking over the lock of a migrator that ended without releasing it ({dead})",
        LogEvent.LockTakenOver,
        ("holder", DisplayText.Cut(dead, DisplayText.MaxValueLength)));

    /// <inheritdoc />
    public void WaitingForPrimary(DatabaseFacts facts) =>
        Once($"waiting for a primary: the server of database '{facts.Database}' is a standby (in recovery)", LogEvent.WaitingForPrimary);

    /// <inheritdoc />
    public void WaitingForStandby()
    {
        if (!saidStandby)
        {
            saidStandby = true;
            log.Write(
                LogLevel.Warning,
                "COMMIT waits for a synchronous standby (SyncRep). The locks of the migration are kept until one confirms it.",
                "Start the standby again, or as a superuser: ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf();\n"
                    + "    Without one, as on RDS, as the same user, for this COMMIT: SELECT pg_cancel_backend(pid) FROM pg_stat_activity "
                    + "WHERE wait_event = 'SyncRep' AND usename = current_user;",
                kind: LogEvent.WaitingForStandby);
        }
    }

    /// <inheritdoc />
    public void WaitingForTable(IReadOnlyList<string> blockers, string remedy)
    {
        // How long they have been there changes: they are named once.
        if (lastBlockers != remedy)
        {
            lastBlockers = remedy;
            log.Write(
                LogLevel.Warning,
                "The migration waits for a lock on a table, and traffic behind it (--ddl-lock-timeout). Blocked by: "
                    + string.Join("; ", blockers),
                remedy,
                kind: LogEvent.StepBlocked);
        }
    }

    /// <inheritdoc />
    public void BlueGreen(string parts)
    {
        log.Write(
            LogLevel.Warning,
            $"The server is in a blue/green deployment ({parts}): {BlueGreenDeployment.Meaning}.",
            BlueGreenDeployment.Remedy,
            kind: LogEvent.BlueGreenDeployment);
    }

    /// <summary>Warns that the next gateway will not start.</summary>
    public void WillNotStart(string gateway, long rows, string database, string remedy)
    {
        Tally.AddWarning();
        log.Write(
            LogLevel.Warning, $"Gateway {gateway} will not start with {rows} of the rows of database '{database}'.", remedy,
            kind: LogEvent.Advice);
    }

    /// <summary>Warns of what a run would refuse, or stumble over.</summary>
    public void Obstacle(Obstacle obstacle) => log.Write(
        LogLevel.Warning, $"{(obstacle.Stops ? "the run would be refused: " : "")}{obstacle.Text.TrimEnd('.')}", obstacle.Remedy);

    /// <summary>Reports that it was not examined whether the next gateway starts.</summary>
    public void NoAdvice(string reason, string conf) => log.Write(
        LogLevel.Detail, $"Whether the next gateway starts with the rows was not examined: {reason.TrimEnd('.')}.",
        $"migrator advise -c {conf}", kind: LogEvent.Advice);

    /// <summary>Reports every few seconds how many rows have been examined, until it is disposed of.</summary>
    public IDisposable Examining(TimeProvider time, Func<long> rows) => time.CreateTimer(
        _ =>
        {
            var count = rows();
            log.Write(
                LogLevel.Info,
                count == 0 ? "copying the tables and trying the migrations on the copies"
                    : string.Create(CultureInfo.InvariantCulture, $"examined {count:N0} rows"),
                kind: LogEvent.Examining,
                fields: [("rows", count)]);
        },
        state: null,
        Progress.InLog,
        Progress.InLog);

    /// <summary>Reports that it was not predicted how long the steps of a plan take.</summary>
    public void NoTimes(string reason) => log.Write(
        LogLevel.Info, $"how long the rewrites take was not predicted: {reason.TrimEnd('.')}", kind: LogEvent.NoPrediction);

    /// <inheritdoc />
    public void WaitingForDatabase(MigratorException reason, TimeSpan limit)
    {
        Once($"waiting up to {limit.TotalSeconds:0.###} s for the database: {reason.Message}", LogEvent.WaitingForDatabase);

        // The wait may be long, and its end is unknown: nothing is held back any longer.
        deferred.Release();
    }

    /// <inheritdoc />
    public void WaitingForMigrations(string database, StateAdvice advice) => Once(
        $"waiting for the migrations of database '{database}': {advice.Clause}",
        LogEvent.WaitingForMigrations,
        ("database", database));

    /// <summary>Reports how long the sessions of gateways are looked for.</summary>
    public void WatchingNodes(TimeSpan period)
    {
        if (period > TimeSpan.Zero)
        {
            log.Write(
                LogLevel.Info, FormattableString.Invariant($"looking for sessions of gateways for {period.TotalSeconds:0.###} s"),
                kind: LogEvent.WatchingNodes);
        }
    }

    /// <summary>Warns that an answer of <c>nodes --json</c> cannot be given to <c>finish --old-nodes</c>.</summary>
    public void NoOldNodes(string reason, string remedy) => log.Write(
        LogLevel.Warning, $"'finish --old-nodes' cannot use this answer: {reason}.", remedy, kind: LogEvent.WatchingNodes);

    /// <summary>Reports that the wait for a drain takes longer than was asked for.</summary>
    public void DrainRaised(TimeSpan asked, TimeSpan raised, string reason) => log.Write(
        LogLevel.Info,
        FormattableString.Invariant($"no old gateway may be seen for {raised.TotalSeconds:0.###} s, not {asked.TotalSeconds:0.###} s: ")
            + reason,
        kind: LogEvent.WaitingForNodes);

    /// <inheritdoc />
    public void Waiting(IReadOnlyList<string> nodes, TimeSpan left) => Once(
        nodes.Count == 0
            ? "no gateway of the previous version is seen: waiting whether that lasts"
            : $"waiting for {Plural.Of(nodes.Count, "gateway")} of the previous version to leave: {DrainWait.Some(nodes)}",
        LogEvent.WaitingForNodes,
        ("nodes", nodes.Count), ("left_ms", Math.Ceiling(left.TotalMilliseconds)));

    /// <inheritdoc />
    public void CannotLook(MigratorException reason, TimeSpan left) => Once(
        $"the gateways cannot be looked for just now, trying again: {reason.Message}", LogEvent.WaitingForDatabase);

    /// <inheritdoc />
    public void Drained(TimeSpan quiet) => log.Write(
        LogLevel.Info,
        FormattableString.Invariant($"no gateway of the previous version was seen for {quiet.TotalSeconds:0.###} s"),
        kind: LogEvent.Drained);

    /// <inheritdoc />
    public void Blocked(MigrationStep? step, IReadOnlyList<string> blockers, int attempt)
    {
        Tally.RolledBack();
        log.Write(
            LogLevel.Info,
            $"  {step?.ToString() ?? "the transaction"}: no lock on a table within --ddl-lock-timeout, attempt {attempt}; rolled back, "
                + "trying again. "
                + (blockers.Count == 0 ? "The blocking session has ended." : "Blocked by: " + string.Join("; ", blockers)),
            kind: LogEvent.StepBlocked,
            fields:
            [
                .. Names(step), ("attempt", attempt),
                ("holder", blockers.Count == 0 ? null : DisplayText.Cut(blockers[0], DisplayText.MaxValueLength)),
            ]);
    }

    /// <inheritdoc />
    public void Reconnecting(string reason)
    {
        Tally.RolledBack();
        log.Write(
            LogLevel.Warning, $"The connection to the server was lost ({reason}): connecting again.", kind: LogEvent.Reconnecting);
    }

    /// <inheritdoc />
    public void CommitResolved(IReadOnlyList<MigrationStep> steps, bool committed)
    {
        if (committed)
        {
            Tally.CommittedAfterAll(steps);
        }

        log.Write(
            LogLevel.Info,
            $"The connection had broken in {(steps.Count == 1 ? steps[0] : Plural.Of(steps.Count, "step"))}: "
                + (committed ? "the server says that it was committed." : "the server says that it was rolled back."),
            kind: LogEvent.CommitResolved,
            fields: [.. Names(steps[^1]), ("committed", committed)]);
    }

    /// <summary>Warns that the database has migrations of a later gateway version than the target version.</summary>
    public void NewerThanTarget(string target, IReadOnlyList<string> newer) => log.Write(
        LogLevel.Warning,
        $"The database is newer than gateway {target}: its ledger has {string.Join(", ", newer)}. Nothing of that is touched.",
        "Give the gateway's version with --gateway-version, or leave it out for the newest release.",
        kind: LogEvent.NewerThanTarget);

    /// <summary>Reports plugins in kong.conf whose migrations migrator does not have.</summary>
    public void PluginsNotBundled(IReadOnlyList<string> plugins) => deferred.Write(
        LogLevel.Info,
        $"'plugins' names {string.Join(", ", plugins)}, not bundled with the gateway: migrations of their own are left to kong "
            + "migrations.",
        kind: LogEvent.PluginsNotBundled);

    /// <summary>Reports a notice of the server: the number of rows rewritten, or any other message.</summary>
    public void Notice(PostgresNotice notice)
    {
        // The SQLSTATE is migrator's own, but any function in the database can raise it, with any text.
        if (notice.SqlState == RewriteProgress.SqlState
            && uint.TryParse(notice.MessageText, NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
        {
            progress.Rows(rows);
            Tally.AddRows(rows);
            return;
        }

        // PostgreSQL: the wait was cancelled, or its session ended; the words depend on lc_messages.
        if (notice.Routine == "SyncRepWaitForLSN")
        {
            if (Tally.Unconfirmed++ == 0)
            {
                log.Write(
                    LogLevel.Warning,
                    "A transaction is committed on this server, and no synchronous standby has confirmed it: a failover now may lose it.",
                    "Before a failover, wait until a standby has caught up: SELECT application_name, sync_state, replay_lag FROM "
                        + "pg_stat_replication;",
                    DisplayText.Cut(notice.MessageText ?? "", DisplayText.MaxValueLength),
                    LogEvent.WaitingForStandby);
            }

            return;
        }

        var isWarning = notice.InvariantSeverity is "WARNING";
        // Any session gets warnings: those about a row name it.
        if (isWarning && !string.IsNullOrEmpty(notice.TableName))
        {
            Tally.AddWarning();
        }

        notices.Write(isWarning ? LogLevel.Warning : LogLevel.Detail, notice);
    }

    /// <summary>Reports a message about the connection.</summary>
    public void Say(LogLevel level, string what, string? remedy) => deferred.Write(level, what, remedy, LogEvent.Connection);

    /// <summary>Reports warnings about the configuration, equal ones as one message.</summary>
    public void Warn(IReadOnlyList<ConfigurationDiagnostic> warnings)
    {
        foreach (var warning in ConfigurationDiagnostic.Merge(warnings))
        {
            deferred.Write(LogLevel.Warning, warning, kind: LogEvent.ConfigurationWarning);
        }
    }

    /// <summary>Writes the messages held back: the connection is made or has failed. Also writes how many notices were omitted.</summary>
    public void Release()
    {
        deferred.Release();
        notices.Sum();
    }

    /// <summary>Shows what a question is about, and asks it, on stderr. The caller reads the reply.</summary>
    public void Ask(IReadOnlyList<string> about, string question) => log.Ask(about, question);

    /// <summary>An error as the answer of the command.</summary>
    public static JsonMembers Json(MigratorException error) =>
    [
        ("code", ExitCode.Name(error.ExitCode)),
        ("exit_code", error.ExitCode),
        ("message", DisplayText.Cut(error.Message, DisplayText.MaxLineLength)),
        ("cause", error.Cause is null ? null : DisplayText.Cut(error.Cause, DisplayText.MaxBlockLength)),
        ("remedy", DisplayText.Cut(DisplayText.Sql(error.Remedy), DisplayText.MaxBlockLength)),
    ];

    /// <summary>Reports the error that ended the command.</summary>
    public void Error(MigratorException error)
    {
        progress.Stop();
        var state = error.Find<PostgresException>() is { } refusal
            ? DisplayText.Cut(refusal.SqlState, DisplayText.MaxValueLength) : null;
        log.Write(
            LogLevel.Error, Lines(error), error.Remedy, error.Cause, LogEvent.Error,
            [("code", ExitCode.Name(error.ExitCode)), ("exit_code", error.ExitCode), .. JsonMembers.Optional("sqlstate", state)]);
        var after = deferred.Release();
        notices.Sum();
        if (after > MaxAfterError && !log.IsJson)
        {
            log.Write(LogLevel.Error, $"{Lines(error)[0]} (the first line of this log, again)");
        }
    }

    /// <summary>Creates the error for an unexpected exception.</summary>
    public static MigratorException Unexpected(Exception exception) => exception is OutOfMemoryException ? new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"There is not enough memory: objects may have {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB, "
                + $"half of what the container has and 512 at most."),
        "Give the container more memory (resources.limits.memory).",
        exception) : new MigratorException(
        $"unexpected error: {ExceptionText.Describe(exception)}",
        "Run the command again with --vv, and report what it prints.");

    /// <summary>Writes the stack traces of an exception, for <c>--vv</c>.</summary>
    public void Trace(Exception exception) => log.Write(LogLevel.Debug, ExceptionText.Trace(exception), kind: LogEvent.Trace);

    /// <summary>Creates the error for a run that a signal ended.</summary>
    /// <param name="signal">The signal's name.</param>
    /// <param name="number">The signal's number.</param>
    public static MigratorException Interruption(string signal, int number) => new(
        $"Ended by {signal}.",
        "What was committed is kept, and is in the ledger; the rest is rolled back.",
        "Run the command again: it continues where it stopped.")
    { ExitCode = ExitCode.Signal + number };

    /// <summary>The names of a step, for JSON.</summary>
    public static JsonMembers Names(MigrationStep? step) => step is null ? []
        : [("subsystem", step.Subsystem.Name), ("migration", step.Migration.Name), ("phase", step.PhaseName)];

    /// <summary>Writes a message about a lasting condition once, not each time that it is detected.</summary>
    private void Once(string message, LogEvent kind, params JsonMembers fields)
    {
        if (lastCondition != message)
        {
            lastCondition = message;
            log.Write(LogLevel.Info, message, kind: kind, fields: fields);
        }
    }

    // The only error with several lines. Each reason is written as a line of its own, and line ends within a reason are escaped.
    private static IReadOnlyList<string> Lines(MigratorException error) => error is ConfigurationException { Errors.Count: > 1 } refusal
        ? [refusal.Headline, .. refusal.Errors.Select(e => $"  {e}")]
        : [error.Message];
}
