using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>The rules for logging in to Amazon RDS with a token, from Kong's documentation of <c>pg_iam_auth</c>.</summary>
internal static class IamChecks
{
    private static readonly string[] Endpoints =
        ["pg_iam_auth_sts_endpoint_url", "pg_ro_iam_auth_sts_endpoint_url", "vault_aws_sts_endpoint_url"];

    /// <summary>
    /// Whether a connection logs in with a token. Kong: the read-only connection uses the read-write setting, unless it has its own.
    /// </summary>
    public static bool IsOn(EffectiveSettings settings, bool readOnly) =>
        settings.IsOn(readOnly && settings.Has("pg_ro_iam_auth") ? "pg_ro_iam_auth" : "pg_iam_auth");

    /// <summary>Checks the settings.</summary>
    public static void Report(EffectiveSettings settings, DiagnosticList diagnostics)
    {
        if (!IsOn(settings, readOnly: false) && !IsOn(settings, readOnly: true))
        {
            return;
        }

        if (settings.Has("pg_ssl_cert"))
        {
            diagnostics.Refuse(settings.Line("pg_ssl_cert"),
                "pg_ssl_cert and IAM authentication cannot go together: RDS for PostgreSQL takes no client certificates. Remove "
                    + "pg_ssl_cert, or set pg_iam_auth and pg_ro_iam_auth to off.");
        }

        foreach (var name in Endpoints.Where(settings.Has))
        {
            CheckUrl(settings[name], diagnostics);
        }

        ReportLeftOver(settings, diagnostics, readOnly: false, "pg_");
        if (settings.Has("pg_ro_host"))
        {
            ReportLeftOver(settings, diagnostics, readOnly: true, "pg_ro_");
        }
    }

    private static void ReportLeftOver(EffectiveSettings settings, DiagnosticList diagnostics, bool readOnly, string prefix)
    {
        if (!IsOn(settings, readOnly))
        {
            return;
        }

        var iam = readOnly && settings.Has("pg_ro_iam_auth") ? "pg_ro_iam_auth" : "pg_iam_auth";
        if (settings.Has($"{prefix}password"))
        {
            diagnostics.Warn(settings.Line($"{prefix}password"), DiagnosticCode.NoEffect,
                $"{prefix}password has no effect while {iam} is on: a token is the password. Remove it.");
        }

        if (settings.Has($"{prefix}ssl") && !settings.IsOn($"{prefix}ssl"))
        {
            diagnostics.Warn(settings.Line($"{prefix}ssl"), DiagnosticCode.NoEffect,
                $"{prefix}ssl = off has no effect while {iam} is on: a token is never sent without TLS. Write `{prefix}ssl = on`.");
        }
    }

    // The URL is not shown: it may be refused because it contains credentials.
    private static void CheckUrl(EffectiveSetting setting, DiagnosticList diagnostics)
    {
        var isUrl = Uri.TryCreate((setting.Value as TextValue)?.Text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url.UserInfo.Length == 0 && url.Host.Length > 0;
        if (!isUrl)
        {
            diagnostics.Refuse(setting.Source.Line,
                $"{SettingText.Name(setting.Definition, setting.Source)} is not a URL of the form https://HOST, without a user in it. "
                    + "Write for example https://sts.eu-central-1.amazonaws.com.");
        }
    }
}
