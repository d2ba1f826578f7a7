using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>The checks of Kong's loader for the settings that concern migrations. The errors keep Kong's wording recognizable.</summary>
internal static class SettingRules
{
    // Kong: these have a default, and its loader crashes if they are unset.
    private static readonly string[] Required = ["pg_max_concurrent_queries", "pg_semaphore_timeout"];

    private static readonly string[] Counts =
    [
        .. Required, "pg_keepalive_timeout", "pg_pool_size", "pg_backlog", "pg_ro_max_concurrent_queries", "pg_ro_semaphore_timeout",
        "pg_ro_keepalive_timeout", "pg_ro_pool_size", "pg_ro_backlog",
    ];

    // People write time limits of up to five minutes in seconds. No login over a network is reliable within 0.3 s.
    private const int MaxTimeoutInSeconds = 300;

    // The logins of Kong Enterprise with tokens of others than AWS, and who issues the tokens.
    private static readonly (string Name, string Issuer)[] OtherTokens =
    [
        ("pg_azure_auth", "Microsoft Entra ID, for Azure Database for PostgreSQL"),
        ("pg_gcp_auth", "Google Cloud IAM, for Cloud SQL"),
        ("pg_oauth_auth", "an OAuth 2.0 server"),
        ("pg_ro_azure_auth", "Microsoft Entra ID, for Azure Database for PostgreSQL"),
        ("pg_ro_gcp_auth", "Google Cloud IAM, for Cloud SQL"),
        ("pg_ro_oauth_auth", "an OAuth 2.0 server"),
    ];

    /// <summary>Checks the settings.</summary>
    public static void Report(EffectiveSettings settings, DiagnosticList diagnostics)
    {
        foreach (var setting in settings.All.Where(setting => setting.Definition.Type == SettingType.Choice))
        {
            CheckChoice(setting, diagnostics);
        }

        foreach (var name in Counts)
        {
            CheckCount(settings[name], diagnostics);
        }

        foreach (var (name, issuer) in OtherTokens.Where(token => settings.IsOn(token.Name)))
        {
            diagnostics.Refuse(settings.Line(name),
                $"{name} is on: the gateway logs in with a token of {issuer}. migrator does not have such tokens; it logs in with a "
                    + "password, a client certificate or an AWS token. "
                    + $"Set {settings.Definition(name).Variable}=off for migrator, and give it a user with a password.");
        }

        foreach (var name in new[] { "pg_timeout", "pg_ro_timeout" })
        {
            CheckTimeout(settings[name], diagnostics);
        }

        if (settings.Text("prefix") is null)
        {
            diagnostics.Refuse(settings.Line("prefix"),
                "prefix is empty: the gateway's loader crashes on it. Give a directory, or remove the setting.");
        }
    }

    private static void CheckTimeout(EffectiveSetting setting, DiagnosticList diagnostics)
    {
        if ((setting.Value as NumberValue)?.Number is { } timeout and >= 1 and <= MaxTimeoutInSeconds)
        {
            diagnostics.Warn(setting.Source.Line, DiagnosticCode.ShortTimeout, string.Create(
                CultureInfo.InvariantCulture,
                $"{SettingText.Name(setting.Definition, setting.Source)} is {timeout}, and is read as milliseconds. If seconds are meant, "
                    + $"write `{setting.Definition.Name} = {timeout * 1000}`."));
        }
    }

    private static void CheckChoice(EffectiveSetting setting, DiagnosticList diagnostics)
    {
        var (definition, text, line) = (setting.Definition, (setting.Value as TextValue)?.Text, setting.Source.Line);
        var place = line is null ? $" ({setting.Source.Place})" : "";
        if (text is null || !definition.Choices.Contains(text, StringComparer.Ordinal))
        {
            diagnostics.Refuse(line,
                $"{definition.Name}{place} has an invalid value: {SettingText.Value(setting)} ({string.Join(", ", definition.Choices)}). "
                    + "Write one of these words, in lower case and without quotes, or remove the setting.");
        }
        else if (definition.Name == "database" && text == "off")
        {
            diagnostics.Refuse(line,
                $"database{place} is off: a gateway without a database has nothing to migrate. Write `database = postgres`, or do not "
                    + "run migrations.");
        }
        else if (definition.Name == "database" && text == "cassandra")
        {
            diagnostics.Refuse(line,
                $"database{place} is cassandra, which no gateway supports from 3.4 on. Write `database = postgres`.");
        }
    }

    private static void CheckCount(EffectiveSetting setting, DiagnosticList diagnostics)
    {
        var (name, number) = (setting.Definition.Name, (setting.Value as NumberValue)?.Number);
        var place = setting.Source.Line is null ? $" ({setting.Source.Place})" : "";
        if (number is null && Required.Contains(name, StringComparer.Ordinal))
        {
            diagnostics.Refuse(setting.Source.Line,
                $"{name}{place} is unset or no number: the gateway's loader crashes on it. Write a whole number of 0 or more, or remove "
                    + "the setting.");
        }
        else if (number is { } count && (count < 0 || count != Math.Floor(count)))
        {
            diagnostics.Refuse(setting.Source.Line, string.Create(
                CultureInfo.InvariantCulture,
                $"{name}{place} is {count}, and must be a whole number of 0 or more. Correct it, or remove the setting."));
        }
    }
}
