using System.CommandLine;
using System.Text;
using Migrator.Commands.Options;
using Migrator.Configuration;
using Migrator.Errors;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>
/// The <c>config</c> command: prints the settings that concern migrations, as the gateway reads them. Opens no connection.
/// </summary>
internal static class ConfigCommand
{
    // Optional here: this command does not connect to a database, and like Kong it looks for the file in the default places.
    private static readonly Option<string?> Conf = new("--conf", "-c")
    {
        Description = "The gateway's kong.conf; without it /etc/kong/kong.conf or /etc/kong.conf, and else the environment alone.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json =
        new("--json") { Description = "Print JSON: every setting with its value and source, and the warnings." };

    private static readonly Option<bool> Reveal = new("--reveal") { Description = "Show secrets instead of asterisks." };

    /// <summary>Creates the command.</summary>
    public static Command Create() => MigratorCommand.Define(
        "config",
        "Print the settings that concern migrations, each with its source, and warn about probable mistakes. Connects to nothing.",
        """
        migrator config -c /etc/kong/kong.conf
        migrator config -c kong.conf --json | jq '.settings.pg_host'
        """,
        [Conf, ConfigurationOptions.Prefix, .. ConfigurationOptions.OfReading, Json, Reveal],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var configuration = GatewayConfiguration.Inspect(context.Request(context.Get(Conf)));
        var (json, reveal) = (context.Get(Json), context.Get(Reveal));
        await context.Answer.WriteAsync(json
            ? Encoding.UTF8.GetString(SettingsJson.Print(configuration, reveal))
            : SettingsText.Print(configuration.Settings, reveal));

        // With --json the warnings are part of the answer.
        foreach (var warning in json ? [] : configuration.Warnings)
        {
            context.Messages.Warn(warning);
        }

        return ExitCode.Success;
    }
}
