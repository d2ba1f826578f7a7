using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Rollout;

namespace Migrator.Commands;

/// <summary>The servers that gateways may be connected to: the database, and the replica of <c>pg_ro_host</c>.</summary>
internal static class GatewayServers
{
    /// <summary>Connects to the replica; null if gateways have none.</summary>
    /// <exception cref="MigratorException">The connection failed: gateways that are connected to it would not be seen.</exception>
    public static async Task<DatabaseSession?> ConnectReplicaAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!context.Configuration.Settings.Has("pg_ro_host"))
        {
            return null;
        }

        var (settings, primary) = (context.ReadSettings(readOnly: true), context.Configuration.Postgres);
        try
        {
            return settings.Host == primary.Host && settings.Port == primary.Port ? null
                : await context.ConnectAsync(settings, cancellationToken);
        }
        catch (MigratorException e)
        {
            throw new MigratorException(
                $"The replica of pg_ro_host cannot be asked: {e.Message}",
                "An idle gateway with pg_ro_host is connected to the replica only." + (e.Cause is null ? "" : $" {e.Cause}"),
                $"{e.Remedy} If no gateway uses the replica, leave pg_ro_host out of {context.Conf}.",
                e)
            { ExitCode = e.ExitCode, IsTransient = e.IsTransient };
        }
    }

    /// <summary>Watches the servers.</summary>
    /// <param name="context">The command.</param>
    /// <param name="session">The connection to the database.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="replica">The connection to the replica; null if there is none.</param>
    /// <param name="newNodes">The gateways of the new version; null if they are not known.</param>
    public static GatewayWatch Watch(
        CommandContext context, IDatabaseSession session, PostgresSettings settings, DatabaseSession? replica, NewNodes? newNodes)
    {
        var database = new WatchedServer(ConnectionDiagnosis.Server(settings), session);
        IReadOnlyList<WatchedServer> servers = replica is null ? [database]
            : [database, new(ConnectionDiagnosis.Server(context.ReadSettings(readOnly: true)), replica)];
        return new GatewayWatch(servers, settings.Schema, newNodes, context.Host.Time);
    }
}
