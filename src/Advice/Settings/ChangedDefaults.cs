namespace Migrator.Advice.Settings;

/// <summary>A setting whose default is not the same in all gateway versions.</summary>
/// <param name="Name">The key.</param>
/// <param name="Effect">What the newest default leads to.</param>
/// <param name="First">The default in 2.8; empty if it is unset. A setting that 2.8 does not have has the value that it acts like.</param>
/// <param name="Later">The versions with another default, oldest first.</param>
internal sealed record ChangedDefault(string Name, string Effect, string First, params (Version Since, string Value)[] Later)
{
    /// <summary>Other names by which it can be given.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>All names by which it can be given.</summary>
    public IEnumerable<string> AllNames => OtherNames.Prepend(Name);

    /// <summary>What to do; null where it is to write the earlier default.</summary>
    public string? Remedy { get; init; }

    /// <summary>Whether the default has an effect, with the settings that are given.</summary>
    public Func<IReadOnlyDictionary<string, string?>, bool> Matters { get; init; } = _ => true;

    /// <summary>Returns the default in a version.</summary>
    public string At(Version version) => Later.LastOrDefault(v => v.Since <= version, (new(2, 8), First)).Item2;
}

/// <summary>The settings whose defaults changed, as far as a running gateway does something else.</summary>
/// <remarks>
/// Source: <c>kong/templates/kong_defaults.lua</c> of each release from 2.8.5 to 3.9.3, compared, and <c>CHANGELOG.md</c>. For 3.10 and
/// later: the public reference and the breaking changes of Kong Gateway.
/// </remarks>
internal static class ChangedDefaults
{
    /// <summary>The settings.</summary>
    public static readonly ChangedDefault[] All =
    [
        new(
            "router_flavor",
            "Routes become expressions: path_handling v1 has no effect, and regular expressions have no look-around or backreferences.",
            "traditional", (new(3, 0), "traditional_compatible")),
        new(
            "worker_consistency", "A change by the Admin API takes effect a few seconds later. The value strict is deprecated since 3.0.",
            "strict", (new(3, 0), "eventual")) { OtherNames = ["router_consistency"] },
        new(
            "lua_ssl_trusted_certificate", "Connections of plugins and of the gateway trust the authorities of the system.",
            "", (new(3, 0), "system")),
        new("vaults", "A value that is written as {vault://...} is a reference, and is replaced.", "off", (new(3, 0), "bundled")),
        new("allow_debug_header", "The gateway no longer answers the header Kong-Debug of a request.", "on", (new(3, 2), "off")),
        new(
            "tracing_sampling_rate", "One request in a hundred is traced.", "1.0", (new(3, 3), "0.01"))
        {
            OtherNames = ["opentelemetry_tracing_sampling_rate"],
            Matters = given => IsOther(given, "tracing_instrumentations", "off") || IsOther(given, "opentelemetry_tracing", "off"),
        },
        new(
            "upstream_keepalive_pool_size", "Each worker keeps up to that many idle connections to an address of an upstream.",
            "60", (new(3, 4), "512"))
        {
            OtherNames = ["upstream_keepalive", "nginx_upstream_keepalive", "nginx_http_upstream_keepalive"],
        },
        new(
            "upstream_keepalive_max_requests", "A connection to an upstream is used longer, so that load moves to new targets later.",
            "100", (new(3, 4), "1000"), (new(3, 6), "10000"))
        {
            OtherNames = ["nginx_upstream_keepalive_requests", "nginx_http_upstream_keepalive_requests"],
        },
        new(
            "nginx_http_keepalive_requests", "A connection of a client is used longer, so that load moves to new nodes later.",
            "100", (new(3, 0), "1000"), (new(3, 6), "10000")),
        new(
            "admin_gui_listen", "The open source gateway has Kong Manager, and listens for it on every address.",
            "off", (new(3, 4), "0.0.0.0:8002, 0.0.0.0:8445 ssl")),
        new(
            "cluster_max_payload", "Data planes accept a larger configuration.", "4194304", (new(3, 4), "16777216"))
        {
            Matters = given => given.GetValueOrDefault("role") is "control_plane" or "data_plane",
        },
        new(
            "headers", "Responses have the header X-Kong-Request-Id.", "server_tokens, latency_tokens",
            (new(3, 5), "server_tokens, latency_tokens, X-Kong-Request-Id")),
        new("headers_upstream", "Requests to upstreams have the header X-Kong-Request-Id.", "off", (new(3, 5), "X-Kong-Request-Id")),
        new(
            "lua_socket_pool_size", "Each worker keeps up to that many idle connections to a server of a plugin, such as Redis.",
            "30", (new(3, 5), "256")),
        new(
            "dns_no_sync", "Each request for a name that is not in the cache asks the DNS server.",
            "off", (new(3, 5), "on"), (new(3, 6), "off")),
        new(
            "dns_stale_ttl", "If the DNS server does not answer, an expired address is used for up to an hour.",
            "4", (new(3, 6), "3600")),
        new(
            "ssl_protocols", "Clients that have only TLS 1.1 are refused. OpenSSL 3 refuses TLS 1.1 even if it is given here.",
            "TLSv1.1 TLSv1.2 TLSv1.3", (new(3, 6), "TLSv1.2 TLSv1.3"))
        {
            OtherNames = ["nginx_http_ssl_protocols", "nginx_stream_ssl_protocols"],
            Remedy = "Move clients to TLS 1.2 or later before the upgrade.",
        },
        new(
            "lua_ssl_protocols", "Servers that have only TLS 1.1 cannot be reached by the gateway and its plugins.",
            "TLSv1.1 TLSv1.2 TLSv1.3", (new(3, 6), "TLSv1.2 TLSv1.3"))
        {
            OtherNames = ["nginx_http_lua_ssl_protocols", "nginx_stream_lua_ssl_protocols"],
            Remedy = "Move these servers to TLS 1.2 or later before the upgrade.",
        },
        new(
            "status_listen", "The gateway listens for its status on the local address.",
            "off", (new(3, 6), "127.0.0.1:8007 reuseport backlog=16384")),
        new(
            "lua_ssl_verify_depth",
            "A chain may have more intermediate certificates. It is so from 3.10.0.15, 3.12.0.9, 3.13.0.7, 3.14.0.7 and 3.15.0.1 on.",
            "1", (new(3, 10), "5")),
        new("pg_ssl_verify", "The gateway does not connect to a database whose certificate it does not trust.", "off", (new(3, 14), "on"))
        {
            Matters = given => IsOn(given, "pg_ssl") || IsOn(given, "pg_iam_auth"),
            Remedy = "Name the authority of the database in lua_ssl_trusted_certificate, then test it with: pg_ssl_verify = on",
        },
        new(
            "tls_certificate_verify", "Certificates of the servers that the gateway and its plugins connect to are verified, and plugins "
                + "cannot switch that off.",
            "off", (new(3, 14), "on"))
        {
            Remedy = "Name their authorities in lua_ssl_trusted_certificate. To keep the default of before: tls_certificate_verify = off",
        },
        new(
            "untrusted_lua", "Functions of pre-function and post-function cannot use files or the network.",
            "sandbox", (new(3, 14), "strict"))
        {
            Remedy = "Test these functions with the new gateway, or set untrusted_lua to the mode that they need.",
        },
    ];

    private static bool IsOn(IReadOnlyDictionary<string, string?> given, string name) => given.GetValueOrDefault(name) is "on" or "true";

    private static bool IsOther(IReadOnlyDictionary<string, string?> given, string name, string value) =>
        given.GetValueOrDefault(name) is { Length: > 0 } text && text != value;
}
