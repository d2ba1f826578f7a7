using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Files;
using Migrator.Inspection;
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
        if (context.Get(RolloutOptions.WhenDrained) is { } quiet)
        {
            await WaitUntilDrainedAsync(context, TimeSpan.FromSeconds(quiet), addresses, cancellationToken);
        }
        else if (addresses is not null || context.Get(RolloutOptions.NewNodes) is not null)
        {
            var option = addresses is not null ? RolloutOptions.OldNodes : RolloutOptions.NewNodes;
            throw new MigratorException(
                $"{option.Name} has no effect without --when-drained.", cause: null,
                "Say how long no old gateway may have been seen, for example --when-drained 60s.")
            { ExitCode = ExitCode.Usage };
        }

        return await context.RunAndWriteAsync("finish", RunKind.Finish, cancellationToken, context.Get(WritingOptions.Force));
    }

    private static IReadOnlySet<string> ReadOldNodes(string file, string folder) => OldNodes.Parse(
        file,
        BoundedFile.ReadText(Path.GetFullPath(file, folder), ReadLimits.Default, reason => OldNodes.Unreadable(file, reason)));

    // On a connection of its own, which is closed before the run begins.
    private static async Task WaitUntilDrainedAsync(
        CommandContext context, TimeSpan quiet, IReadOnlySet<string>? addresses, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings();
        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var facts = await DatabaseReader.ReadAsync(session, settings.Schema, cancellationToken);
        if (context.StateOf(facts).HasPending)
        {
            var limit = TimeSpan.FromSeconds(context.Get(RolloutOptions.DrainTimeout) ?? 0);
            var newNodes = context.Get(RolloutOptions.NewNodes) is { } name ? new NewNodes(name) : null;
            await new DrainWait(quiet, limit, context.Target, addresses, newNodes, context.Host.Time)
                .WaitAsync(session, settings.Schema, context.Messages.WaitingForNodes, cancellationToken);
        }
    }
}
