using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Configuration.Connection;
using Migrator.Display;
using Migrator.Errors;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Output;
using Migrator.Resilience;
using Migrator.Rollout;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Commands;

/// <summary>The <c>wait</c> command: waits until another run has migrated the database.</summary>
internal static class WaitCommand
{
    public static Command Create() => MigratorCommand.Define(
        "wait",
        "Wait until the database is where a gateway needs it: for an init container whose migrations run elsewhere. Writes and locks "
            + "nothing.",
        """
        migrator wait -c /etc/kong/kong.conf
        migrator wait -c kong.conf --for finish --timeout 30m
        """,
        [ExitCode.NeedsBootstrap, ExitCode.Pending, ExitCode.New, ExitCode.Drift, .. ExitCode.OfConnections],
        () => [.. DatabaseOptions.All.Where(o => o != DatabaseOptions.Wait), DatabaseOptions.ReadOnly, RolloutOptions.For,
            RolloutOptions.Timeout],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var needed = context.Get(RolloutOptions.For) switch
        {
            "bootstrap" => Readiness.Bootstrap,
            "finish" => Readiness.Finish,
            _ => Readiness.Up,
        };
        var limit = TimeSpan.FromSeconds(context.Get(RolloutOptions.Timeout) ?? 0);
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        var began = context.Host.Time.GetTimestamp();
        var (state, facts) = await WaitAsync(context, settings, needed, limit, cancellationToken);
        var waited = context.Host.Time.GetElapsedTime(began);
        var title = context.Title(facts, settings);
        context.Write(
            writer =>
            {
                writer.WriteLine(DisplayText.Line(title.Sentence(facts.Ledger)));
                writer.WriteLine(FormattableString.Invariant($"Ready after {waited.TotalSeconds:0.0} s."));
            },
            json =>
            {
                title.Write(json, facts.Ledger);
                StateJson.WriteAdvice(json, state, context.Conf);
                json.WriteNumber("waited_ms", Math.Round(waited.TotalMilliseconds));
            });
        return ExitCode.Success;
    }

    private static async Task<(SchemaState State, DatabaseFacts Facts)> WaitAsync(
        CommandContext context, PostgresSettings settings, Readiness needed, TimeSpan limit, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(limit, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5), context.Host.Time);
        backoff.Start();
        DatabaseSession? session = null;
        try
        {
            while (true)
            {
                try
                {
                    session ??= await context.ConnectAsync(settings, cancellationToken);
                    var facts = await DatabaseReader.ReadAsync(session, settings.Schema, cancellationToken);
                    facts.RequireLedgerOfTables();
                    var state = SchemaState.From(context.Subsystems, facts.Ledger);
                    if (state.IsReady(needed))
                    {
                        return (context.StateOf(facts), facts);
                    }

                    if (backoff.IsOver)
                    {
                        throw NotReady(context, facts, state, limit);
                    }

                    context.Messages.WaitingForMigrations(facts.Database, StateAdvice.Of(state));
                }
                catch (MigratorException e) when (IsNotThereYet(e) && !backoff.IsOver)
                {
                    context.Messages.WaitingForDatabase(e, limit);
                }
                catch (NpgsqlException e) when (IsPassing(e) && !backoff.IsOver)
                {
                    // A table that a run has locked can be read afterwards.
                }

                if (session is { IsOpen: false })
                {
                    await session.DisposeAsync();
                    session = null;
                }

                await backoff.PauseAsync(cancellationToken);
            }
        }
        finally
        {
            if (session is not null)
            {
                await session.DisposeAsync();
            }
        }
    }

    // The database may be created by another container that is not done yet.
    private static bool IsNotThereYet(MigratorException error) =>
        error.IsTransient || error.Find<PostgresException>()?.SqlState == PostgresErrorCodes.InvalidCatalogName;

    private static bool IsPassing(NpgsqlException error) =>
        SessionErrors.IsTransient(error) || error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    private static MigratorException NotReady(CommandContext context, DatabaseFacts facts, SchemaState state, TimeSpan limit)
    {
        var advice = StateAdvice.Of(state);
        return new MigratorException(
            $"Database '{facts.Database}' was not ready after {limit.TotalSeconds:0.###} s: {advice.Clause}.",
            "The run that migrates it has not begun, is not done, or has failed.",
            $"See its log. {advice.Do(context.Conf)}")
        {
            ExitCode = StateReader.ExitCodeOf(state),
        };
    }
}
