using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Connection;

/// <summary>
/// Warns about TLS settings that have no effect because of other settings. Kong: gives no warning, and the connection is in plain text.
/// </summary>
internal static class NoEffectDiagnostics
{
    private static readonly string[] OnlyWithTls = ["pg_ssl_cert", "pg_ssl_version"];

    /// <summary>Checks the settings of the read-write connection.</summary>
    public static void Report(EffectiveSettings settings, DiagnosticList diagnostics)
    {
        var isIam = IamChecks.IsOn(settings, readOnly: false);
        if (settings.IsOn("pg_ssl") || isIam)
        {
            return;
        }

        if (settings.IsOn("pg_ssl_required"))
        {
            diagnostics.Warn(settings.Line("pg_ssl"), DiagnosticCode.NoEffect,
                "pg_ssl = off has no effect while pg_ssl_required is on: migrator uses TLS. Write `pg_ssl = on`.");
            return;
        }

        foreach (var name in OnlyWithTls.Where(settings.Has))
        {
            diagnostics.Warn(settings.Line(name), DiagnosticCode.NoEffect,
                $"{name} has no effect while pg_ssl is off: the connection is in plain text. Write `pg_ssl = on`.");
        }

        if (settings.IsOn("pg_ssl_verify") && settings.Has("pg_ssl_verify"))
        {
            diagnostics.Warn(settings.Line("pg_ssl_verify"), DiagnosticCode.NoEffect,
                "pg_ssl_verify = on has no effect while pg_ssl is off: the connection is in plain text. Write `pg_ssl = on`.");
        }
    }
}
