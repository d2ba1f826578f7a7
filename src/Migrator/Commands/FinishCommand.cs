using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Configuration.Connection;
using Migrator.Execution;
using Migrator.Files;
using Migrator.Rollout;

namespace Migrator.Commands;

/// <summary>The <c>finish</c> command: runs the finish phase of every pending migration.</summary>
internal static class FinishCommand
{
    public static Command Create() => MigratorCommand.Define(
        "finish",
        "Run the finish phase of every pending migration: only once every node runs the new gateway version.",
        """
        migrator finish -c /etc/kong/kong.conf
        migrator finish -c kong.conf --when-drained 60s --old-nodes old.json
        migrator finish -c kong.conf --when-drained 60s --new-nodes kong-nodes    # a headless Service of Kubernetes
        """,
        ExitCode.OfWriting,
        () =>
        [
            .. WritingOptions.All, WritingOptions.Force, WritingOptions.SaveRows, RolloutOptions.WhenDrained, RolloutOptions.DrainTimeout,
            RolloutOptions.OldNodes, RolloutOptions.NewNodes,
        ],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var addresses = context.Get(RolloutOptions.OldNodes) is { } file ? ReadOldNodes(file, context.Host.WorkingDirectory) : null;
        var newNodes = context.Get(RolloutOptions.NewNodes) is { } name ? NewNodes.Parse(name) : null;
        if (context.Get(RolloutOptions.WhenDrained) is not { } quiet)
        {
            return addresses is null && newNodes is null ? await RunAsync(context, barrier: null, cancellationToken)
                : throw WithoutWhenDrained(addresses is not null ? RolloutOptions.OldNodes : RolloutOptions.NewNodes);
        }

        var options = Drain(context, TimeSpan.FromSeconds(quiet), addresses, newNodes);
        DatabaseSession? replica = null;
        DrainWait? drain = null;
        try
        {
            return await RunAsync(context, WaitAsync, cancellationToken);
        }
        finally
        {
            if (replica is not null)
            {
                await replica.DisposeAsync();
            }
        }

        async Task<bool> WaitAsync(IDatabaseSession session, PostgresSettings settings, CancellationToken stop)
        {
            if (drain is null)
            {
                replica = await GatewayServers.ConnectReplicaAsync(context, stop);
                var watch = GatewayServers.Watch(context, session, settings, replica, newNodes);
                drain = new DrainWait(options, watch.LookAsync, context.Host.Time);
            }

            return await drain.WaitAsync(context.Messages, stop);
        }
    }

    private static Task<int> RunAsync(CommandContext context, RunCommand.Barrier? barrier, CancellationToken cancellationToken) =>
        RunCommand.RunAsync(context, "finish", RunKind.Finish, cancellationToken, context.Get(WritingOptions.Force), barrier);

    // The time is raised to what a gateway needs to show itself.
    private static DrainOptions Drain(CommandContext context, TimeSpan quiet, IReadOnlySet<string>? addresses, NewNodes? newNodes)
    {
        var frequency = context.Configuration.UpdateFrequency;
        var least = GatewayPeriod.Of(frequency);
        var reason = FormattableString.Invariant($"an idle gateway asks the database every {frequency:0.###} s only (db_update_frequency)");
        var limit = TimeSpan.FromSeconds(context.Get(RolloutOptions.DrainTimeout) ?? 0);
        var asked = new DrainOptions(quiet, limit, context.Target, addresses, newNodes?.Name, context.Configuration.Postgres.User);
        asked.RequireLimitOf(quiet < least ? least : quiet, reason);
        if (quiet >= least)
        {
            return asked;
        }

        context.Messages.DrainRaised(quiet, least, reason);
        return asked with { Quiet = least };
    }

    private static MigratorException WithoutWhenDrained(Option option) => new MigratorException(
        $"{option.Name} has no effect without --when-drained.",
        "Say how long no old gateway may have been seen, for example --when-drained 60s.")
    { ExitCode = ExitCode.Usage };

    private static IReadOnlySet<string> ReadOldNodes(string file, string folder) => OldNodes.Parse(
        file,
        file.Length == 0 ? throw OldNodes.Unreadable("''", "the name is empty")
            : BoundedFile.ReadText(Path.GetFullPath(file, folder), ReadLimits.Default, reason => OldNodes.Unreadable(file, reason)));
}
