using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>The <c>status</c> command: prints the state of the database as JSON, with Kong's keys.</summary>
internal static class StatusCommand
{
    public static Command Create() => MigratorCommand.Define(
        "status",
        "Print the state of the database as JSON, with the keys of 'kong migrations status'. Writes and locks nothing.",
        """
        migrator status -c /etc/kong/kong.conf
        migrator status -c kong.conf | jq '.pending_migrations'
        """,
        [ExitCode.Locked, .. ExitCode.OfConnections],
        () => [.. DatabaseOptions.All, DatabaseOptions.ReadOnly],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (state, _, _) = await StateReader.ReadAsync(context, cancellationToken);
        context.WriteJson(StateJson.Status(state));
        return ExitCode.Success;
    }
}
