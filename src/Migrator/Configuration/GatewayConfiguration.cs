namespace Migrator.Configuration;

/// <summary>Interim reader: replaced by the exact one.</summary>
internal sealed record ConfigurationRequest(string File, IReadOnlyDictionary<string, string> Environment);

/// <summary>Interim.</summary>
internal sealed record GatewayConfiguration(PostgresSettings Postgres)
{
    /// <summary>Interim.</summary>
    public static GatewayConfiguration Load(ConfigurationRequest request)
    {
        var values = File.ReadLines(request.File).Select(l => l.Split('#')[0].Split('=', 2)).Where(p => p.Length == 2)
            .ToDictionary(p => p[0].Trim(), p => p[1].Trim(), StringComparer.Ordinal);
        string? Get(string key) => request.Environment.TryGetValue("KONG_" + key.ToUpperInvariant(), out var v) ? v : values.GetValueOrDefault(key);
        return new GatewayConfiguration(new PostgresSettings
        {
            Host = Get("pg_host") ?? "127.0.0.1",
            Port = int.Parse(Get("pg_port") ?? "5432", System.Globalization.CultureInfo.InvariantCulture),
            User = Get("pg_user") ?? "kong",
            Password = Get("pg_password") is { } p ? new Secret(p) : null,
            Database = Get("pg_database") ?? "kong",
            Schema = Get("pg_schema"),
            ConnectTimeout = TimeSpan.FromMilliseconds(int.Parse(Get("pg_timeout") ?? "5000", System.Globalization.CultureInfo.InvariantCulture)),
            Tls = TlsSettings.Off with { Enabled = Get("pg_ssl") == "on", Verify = Get("pg_ssl_verify") == "on" },
        });
    }
}
