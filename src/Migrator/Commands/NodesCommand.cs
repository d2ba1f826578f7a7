using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Output;
using Migrator.Rollout;

namespace Migrator.Commands;

/// <summary>The <c>nodes</c> command: prints which gateways use the database now.</summary>
internal static class NodesCommand
{
    public static Command Create() => MigratorCommand.Define(
        "nodes",
        "Show which gateways are connected to the database now, and which data planes their control planes have seen. Writes and locks "
            + "nothing.",
        """
        migrator nodes -c /etc/kong/kong.conf
        migrator nodes -c kong.conf --json > old.json    # before a rollout, for finish --when-drained --old-nodes
        """,
        ExitCode.OfConnections,
        () => [.. DatabaseOptions.All, DatabaseOptions.ReadOnly],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var nodes = await GatewayNodes.ReadAsync(session, settings.Schema, cancellationToken);
        context.Write(
            writer => NodesText.Write(writer, nodes, context.Target), json => NodesJson.Write(json, nodes, context.Target));
        return ExitCode.Success;
    }
}
