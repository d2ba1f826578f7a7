using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Output;
using Migrator.Rollout;

namespace Migrator.Commands;

/// <summary>The <c>nodes</c> command: prints which gateways use the database now.</summary>
internal static class NodesCommand
{
    public static Command Create() => MigratorCommand.Define(
        "nodes",
        "Show which gateways are connected to the database, also to the replica of pg_ro_host, and which data planes their control planes "
            + "have seen. Writes and locks nothing.",
        """
        migrator nodes -c /etc/kong/kong.conf
        migrator nodes -c kong.conf --json > old.json    # before a rollout, for finish --when-drained --old-nodes
        """,
        ExitCode.OfConnections,
        () => [.. DatabaseOptions.All, DatabaseOptions.ReadOnly, RolloutOptions.Watch],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        var period = context.Get(RolloutOptions.Watch) is { } seconds ? TimeSpan.FromSeconds(seconds)
            : GatewayPeriod.Of(context.Configuration.UpdateFrequency);
        await using var session = await context.ConnectAsync(settings, cancellationToken);
        await using var replica = settings.IsReadOnly ? null : await GatewayServers.ConnectReplicaAsync(context, cancellationToken);
        var watch = GatewayServers.Watch(context, session, settings, replica, newNodes: null);
        var began = context.Host.Time.GetTimestamp();
        var nodes = (await watch.LookAsync(looks: 1, cancellationToken)).Nodes;
        context.Messages.WatchingNodes(period);
        while (context.Host.Time.GetElapsedTime(began) < period)
        {
            await Task.Delay(GatewayPeriod.NextPause(), context.Host.Time, cancellationToken);
            nodes = nodes.With((await watch.LookAsync(cancellationToken)).Nodes);
        }

        var report = new NodesReport(nodes, period, context.Target, settings.User);
        context.Write(report.WriteText, report.Json);
        if (context.Get(OutputOptions.Json))
        {
            report.WarnIfUseless(context.Messages);
        }

        return ExitCode.Success;
    }
}
