using Migrator.Configuration.Files;
using Migrator.Configuration.Findings;
using Migrator.Configuration.Keys;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Complaints about variables that look like settings and are none. Kong: only the spelling in upper case counts, others are ignored, but
/// for a family of keys of which another spelling makes its loader fail.
/// </summary>
internal static class EnvironmentFindings
{
    private const string Prefix = "KONG_";
    private const int Examined = 1000;

    /// <summary>Looks at all variables.</summary>
    public static void Report(IReadOnlyDictionary<string, string> environment, FileLayer file, FindingsList findings)
    {
        // Kong: left by a running gateway to its workers; what is in it overwrites settings.
        if (environment.ContainsKey("KONG_PROCESS_SECRETS_HTTP"))
        {
            findings.Refuse(null, "the environment variable KONG_PROCESS_SECRETS_HTTP is set: it belongs to a running gateway, which " +
                "keeps encrypted settings in it. Unset it.");
        }

        var names = environment.Keys
            .Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Take(Examined);
        foreach (var name in names)
        {
            Report(name, environment, file, findings);
        }
    }

    private static void Report(string name, IReadOnlyDictionary<string, string> environment, FileLayer file, FindingsList findings)
    {
        var (upper, key) = (name.ToUpperInvariant(), name[Prefix.Length..].ToLowerInvariant());
        if (name != upper)
        {
            ReportCase(name, upper, key, environment.ContainsKey(upper) || file.Find(key) is not null, findings);
        }
        else if (!SettingCatalogue.IsKnown(key) && NearestKey.Of(key) is { } nearest)
        {
            findings.Warn(null, WarningCode.UnknownKey, $"the environment variable {Shown.Plain(name)} is ignored: no gateway knows " +
                $"it. Write {Prefix}{nearest.ToUpperInvariant()}, if that is meant.");
        }
    }

    private static void ReportCase(string name, string upper, string key, bool isGiven, FindingsList findings)
    {
        if (key.StartsWith("vault_", StringComparison.Ordinal) && key.Length > "vault_".Length && !isGiven)
        {
            findings.Refuse(null, $"the environment variable {Shown.Plain(name)} makes the gateway's loader fail, because it is not in " +
                $"upper case. Write {Shown.Plain(upper)}.");
        }
        else if (SettingCatalogue.FindDatabase(key) is not null)
        {
            findings.Warn(null, WarningCode.WrongCase, $"the environment variable {Shown.Plain(name)} is ignored: only upper case " +
                $"counts. Write {Shown.Plain(upper)}.");
        }
    }
}
