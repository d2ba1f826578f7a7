using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Output;
using Migrator.Preflight;

namespace Migrator.Commands;

/// <summary>The <c>check</c> command: reports each precondition of a run, with a remedy if it is not met. Changes nothing.</summary>
internal static class CheckCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create() => MigratorCommand.Define(
        "check",
        "Go through every precondition one by one: configuration, credentials, network, TLS, login, rights. Exit code 0: all met, 1: "
            + "not. Changes nothing.",
        """
        migrator check -c /etc/kong/kong.conf
        migrator check -c kong.conf --read-only --json | jq '.checks[] | select(.verdict == "not met")'
        """,
        [ExitCode.Usage],
        () => [.. DatabaseOptions.All, DatabaseOptions.ReadOnly, WritingOptions.DdlLockTimeout, GrantOptions.Checked],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var check = new PreflightCheck(context.Request(context.Get(ConfigurationOptions.Conf)), context.Subsystems, context.Conf)
        {
            WithOptions = context.WithOptions,
            OnlyReadOnly = context.Get(DatabaseOptions.ReadOnly),
            GatewayRole = context.Get(GrantOptions.Checked),
            LockTimeout = context.Get(WritingOptions.DdlLockTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            WaitFor = context.Get(DatabaseOptions.Wait) > 0 ? settings => context.WaitAsync(settings, cancellationToken) : null,
            Warn = context.Messages.Warn,
        };
        var items = await check.RunAsync(cancellationToken);
        context.Messages.Release();
        context.Write(writer => CheckText.Write(writer, items), () => CheckJson.Of(items));

        return items.Any(i => i.Verdict == CheckVerdict.NotMet) ? ExitCode.Failure : ExitCode.Success;
    }
}
