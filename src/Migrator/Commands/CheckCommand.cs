using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Output;
using Migrator.Preflight;

namespace Migrator.Commands;

/// <summary>The <c>check</c> command: reports each precondition of a run, with a remedy if it is not met. Changes nothing.</summary>
internal static class CheckCommand
{
    private static readonly Option<bool> Json =
        new("--json") { Description = "Print JSON: each precondition with verdict, text and remedy." };

    /// <summary>Creates the command.</summary>
    public static Command Create() => MigratorCommand.Define(
        "check",
        "Go through every precondition one by one: configuration, credentials, network, TLS, login, rights. Exit code 0: all met, 1: "
            + "not. Changes nothing.",
        """
        migrator check -c /etc/kong/kong.conf
        migrator check -c kong.conf --read-only --json | jq '.checks[] | select(.verdict == "not met")'
        """,
        [.. DatabaseOptions.All, DatabaseOptions.ReadOnly, Json],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var check = new PreflightCheck(context.Request(context.Get(ConfigurationOptions.Conf)), context.Subsystems, context.Conf)
        {
            WithOptions = context.WithOptions,
            OnlyReadOnly = context.Get(DatabaseOptions.ReadOnly),
            Warn = context.Messages.Warn,
        };
        var items = await check.RunAsync(cancellationToken);
        context.Messages.Release();
        if (context.Get(Json))
        {
            CheckJson.Write(context.Answer, items);
        }
        else
        {
            CheckText.Write(context.Answer, items);
        }

        return items.Any(i => i.Verdict == CheckVerdict.NotMet) ? ExitCode.Failure : ExitCode.Success;
    }
}
