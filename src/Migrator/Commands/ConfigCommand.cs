using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Configuration;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>
/// The <c>config</c> command: prints the settings that concern migrations, as the gateway reads them. Opens no connection.
/// </summary>
internal static class ConfigCommand
{
    private static readonly Option<bool> All = new("--all", "-a")
    {
        Description = "Print every setting that the gateway knows here or that is given, not only those that concern migrations.",
    };

    private static readonly Option<bool> Reveal = new("--reveal") { Description = "Show secrets instead of asterisks." };

    /// <summary>Creates the command.</summary>
    public static Command Create() => MigratorCommand.Define(
        "config",
        "Print the settings that concern migrations, each with its source, and warn about probable mistakes. Connects to nothing.",
        """
        migrator config -c /etc/kong/kong.conf
        migrator config -c kong.conf --json | jq '.settings.pg_host'
        """,
        [ExitCode.Usage],
        () => [ConfigurationOptions.OptionalConf, ConfigurationOptions.Prefix, .. ConfigurationOptions.OfReading,
            ConfigurationOptions.SettingsVersion, All, Reveal],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var configuration = GatewayConfiguration.Inspect(context.Request(context.Get(ConfigurationOptions.OptionalConf)) with
        {
            GatewayVersion = context.Get(ConfigurationOptions.SettingsVersion) is { } version ? Version.Parse(version) : null,
        });
        var (json, reveal) = (context.WritesJson, context.Get(Reveal));
        if (json)
        {
            context.WriteJson(SettingsJson.Of(configuration, reveal));
        }
        else
        {
            await context.Answer.WriteAsync(SettingsText.Print(configuration.Settings, reveal, context.Get(All)));
        }

        // With --json the warnings are part of the answer.
        context.Messages.Warn(json ? [] : configuration.Warnings);

        return ExitCode.Success;
    }
}
