using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Output;
using Migrator.Rollout;

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
        var wait = new ReadinessWait(
            stop => context.ConnectAsync(settings, stop), settings.Schema, context.Subsystems, context.Messages);
        var (state, facts) = await wait.WaitAsync(needed, limit, context.Host.Time, cancellationToken);
        if (!state.IsReady(needed))
        {
            throw NotReady(context, facts, state, limit);
        }

        context.WarnIfNewer(state);
        var waited = context.Host.Time.GetElapsedTime(began);
        var title = context.Title(facts, settings);
        context.Write(
            title,
            facts.Ledger,
            writer => writer.WriteLine(FormattableString.Invariant($"Ready after {waited.TotalSeconds:0.0} s.")),
            () => [.. StateJson.Advice(state, context.Conf), ("waited_ms", Math.Round(waited.TotalMilliseconds))]);
        return ExitCode.Success;
    }

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
