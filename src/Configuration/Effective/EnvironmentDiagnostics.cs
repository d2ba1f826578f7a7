using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Warns about environment variables that look like settings and are not. Kong: only names in upper case count. Others are ignored, except
/// those of one family of keys, <c>vault_</c>, which make its loader fail.
/// </summary>
internal static class EnvironmentDiagnostics
{
    private const string Prefix = "KONG_";
    private const int Examined = 1000;

    private static readonly string[] Protocols = ["_TCP", "_UDP", "_SCTP"];

    /// <summary>Checks all variables.</summary>
    public static void Report(IReadOnlyDictionary<string, string> environment, FileLayer file, DiagnosticList diagnostics)
    {
        // Kong: a running gateway passes this variable to its workers; its content overwrites settings.
        if (environment.ContainsKey("KONG_PROCESS_SECRETS_HTTP"))
        {
            diagnostics.Refuse(null,
                "the environment variable KONG_PROCESS_SECRETS_HTTP is set: it belongs to a running gateway, which keeps encrypted "
                    + "settings in it. Unset it.");
        }

        var names = environment.Keys
            .Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Take(Examined);
        foreach (var name in names)
        {
            Report(name, environment, file, diagnostics);
        }
    }

    private static void Report(string name, IReadOnlyDictionary<string, string> environment, FileLayer file, DiagnosticList diagnostics)
    {
        var (upper, key) = (name.ToUpperInvariant(), name[Prefix.Length..].ToLowerInvariant());
        if (name != upper)
        {
            ReportCase(name, upper, key, environment.ContainsKey(upper) || file.Find(key) is not null, diagnostics);
        }
        else if (VariableFiles.Is(name) || SettingCatalogue.IsKnown(key) || IsServiceLink(name, environment[name]))
        {
            return;
        }
        else if (VariableFiles.KeyOf(name) is { } ofFile && NearestKey.Of(ofFile) is { } setting)
        {
            diagnostics.Warn(null, DiagnosticCode.UnknownKey,
                $"the environment variable {SettingText.Plain(name)} is ignored: no gateway knows it. Write "
                    + $"{VariableFiles.NameOf(Prefix + setting.ToUpperInvariant())}, if that is meant.");
        }
        else if (NearestKey.Of(key) is { } nearest)
        {
            diagnostics.Warn(null, DiagnosticCode.UnknownKey,
                $"the environment variable {SettingText.Plain(name)} is ignored: no gateway knows it. Write "
                    + $"{Prefix}{nearest.ToUpperInvariant()}, if that is meant.");
        }
        else if (key.StartsWith("pg_", StringComparison.Ordinal))
        {
            diagnostics.Warn(null, DiagnosticCode.UnknownKey,
                $"the environment variable {SettingText.Plain(name)} is ignored: no gateway knows it. Unset it, or write the setting that "
                    + "is meant; `migrator config` lists them.");
        }
    }

    // Kubernetes, "Accessing the Service", environment variables: those of a Service named kong-pg, or kong-pg-replica, begin with KONG_PG.
    private static bool IsServiceLink(string name, string value)
    {
        var isOfPort = name.Contains("_PORT_", StringComparison.Ordinal)
            && Protocols.Any(p => name.EndsWith(p, StringComparison.Ordinal) || name.Contains($"{p}_", StringComparison.Ordinal));
        return name.StartsWith("KONG_PG_", StringComparison.Ordinal)
            && (isOfPort
                || name.EndsWith("_SERVICE_HOST", StringComparison.Ordinal)
                || name.Contains("_SERVICE_PORT", StringComparison.Ordinal)
                || (name.EndsWith("_PORT", StringComparison.Ordinal) && value.Contains("://", StringComparison.Ordinal)));
    }

    private static void ReportCase(string name, string upper, string key, bool isGiven, DiagnosticList diagnostics)
    {
        if (key.StartsWith("vault_", StringComparison.Ordinal) && key.Length > "vault_".Length && !isGiven)
        {
            diagnostics.Refuse(null,
                $"the environment variable {SettingText.Plain(name)} makes the gateway's loader fail, because it is not in upper case. "
                    + $"Write {SettingText.Plain(upper)}.");
        }
        else if (SettingCatalogue.FindDatabase(key) is not null)
        {
            diagnostics.Warn(null, DiagnosticCode.WrongCase,
                $"the environment variable {SettingText.Plain(name)} is ignored: only upper case counts. Write "
                    + $"{SettingText.Plain(upper)}.");
        }
    }
}
