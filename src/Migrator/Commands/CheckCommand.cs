using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Configuration;
using Migrator.Configuration.Connection;
using Migrator.Configuration.Diagnostics;
using Migrator.Errors;
using Migrator.Output;
using Migrator.Preflight;

namespace Migrator.Commands;

/// <summary><c>check</c>: every precondition of a run, one by one, each with its remedy. Changes nothing.</summary>
internal static class CheckCommand
{
    private static readonly Option<bool> Json =
        new("--json") { Description = "Print JSON: each precondition with verdict, text and remedy." };

    /// <summary>The command.</summary>
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
        var items = await LookAsync(context, cancellationToken);
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

    private static async Task<IReadOnlyList<CheckItem>> LookAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var list = new Checklist("");
        GatewayConfiguration configuration;
        try
        {
            configuration = GatewayConfiguration.Load(context.Request(context.Get(ConfigurationOptions.Conf)));
        }
        catch (ConfigurationException e) when (e.Errors.Count > 1)
        {
            e.Errors.ToList().ForEach(error => list.NotMet("configuration", error.ToString(), e.Remedy));
            return list.Items;
        }
        catch (MigratorException e)
        {
            list.NotMet("configuration", e);
            return list.Items;
        }

        foreach (var warning in configuration.Warnings)
        {
            context.Messages.Warn(warning);
        }

        list.Met("configuration", $"{configuration.File} is valid, {configuration.Warnings.Count} warnings");
        var connections = Connections(context, configuration, list);
        if (connections.Any(c => c.Iam is not null))
        {
            LeftOver(configuration, list);
        }

        var items = new List<CheckItem>(list.Items);
        foreach (var settings in connections)
        {
            items.AddRange(await new ConnectionCheck(settings, context.Host.Variables, context.Subsystems).RunAsync(cancellationToken));
        }

        return items;
    }

    private static List<PostgresSettings> Connections(CommandContext context, GatewayConfiguration configuration, Checklist list)
    {
        var onlyReadOnly = context.Get(DatabaseOptions.ReadOnly);
        var connections = new List<PostgresSettings>();
        if (!onlyReadOnly)
        {
            connections.Add(context.WithOptions(configuration.Postgres));
        }

        if (configuration.ReadOnly is { } readOnly)
        {
            connections.Add(onlyReadOnly ? context.WithOptions(readOnly) : readOnly);
        }
        else if (onlyReadOnly || configuration.Settings.Has("pg_ro_host"))
        {
            list.NotMet("read-only connection", CommandContext.NoReadOnly(configuration));
        }

        return connections;
    }

    // Kong ignores it, and so do we; but who reads the file believes that it is needed, and it may be leaked for nothing.
    private static void LeftOver(GatewayConfiguration configuration, Checklist list)
    {
        string[] left = [.. new[] { ("pg_password", configuration.Postgres), ("pg_ro_password", configuration.ReadOnly) }
            .Where(p => p.Item2?.Iam is not null && configuration.Settings.Has(p.Item1)).Select(p => p.Item1)];
        if (left.Length == 0)
        {
            list.Met("no password left over", "the token is the password");
        }
        else
        {
            list.NotMet("no password left over", $"{string.Join(", ", left)} is set and has no effect",
                $"Remove it from {configuration.File} and the environment.");
        }
    }
}
