namespace Migrator.Advice.Settings;

/// <summary>A setting that has another name.</summary>
/// <param name="Name">The old name.</param>
/// <param name="NewName">The new name.</param>
/// <param name="Since">The versions that changed something about the old name, the renaming first.</param>
internal sealed record RenamedSetting(string Name, string NewName, params Version[] Since)
{
    /// <summary>What the gateway does with the old name.</summary>
    public string Effect { get; init; } = "ignores the old name";

    /// <summary>Converts a value of the old setting into one of the new setting.</summary>
    public Func<string, string?> Convert { get; init; } = value => value;

    /// <summary>The sentence about it.</summary>
    public string Message(VersionStep step) => $"{Name} is {NewName} since gateway {Since[0]}, and {step.To} {Effect}.";
}

/// <summary>The settings that have another name.</summary>
/// <remarks>
/// Source: <c>alias</c> and <c>deprecated</c> in <c>kong/conf_loader</c> of the releases 2.8.5 to 3.9.3, and <c>CHANGELOG.md</c> of 3.0.0,
/// 3.2.0 and 3.5.0. 3.9.3 still reads <c>opentelemetry_tracing</c>, and has no alias for <c>privileged_agent</c>. For 3.10 and later: the
/// breaking changes of Kong Gateway.
/// </remarks>
internal static class RenamedSettings
{
    private const string ToNginx = "writes the old name into nginx's configuration, which does not change the gateway's own pool";
    private const string StillRead = "has the old name only as a deprecated one";

    private static readonly RenamedSetting[] All =
    [
        new("upstream_keepalive", "upstream_keepalive_pool_size", new Version(3, 0)),
        new("nginx_http_upstream_keepalive", "upstream_keepalive_pool_size", new Version(3, 0)) { Convert = Size },
        new("nginx_http_upstream_keepalive_requests", "upstream_keepalive_max_requests", new Version(3, 0)),
        new("nginx_http_upstream_keepalive_timeout", "upstream_keepalive_idle_timeout", new Version(3, 0)) { Convert = Seconds },
        new("nginx_upstream_keepalive", "upstream_keepalive_pool_size", new Version(3, 0)) { Convert = Size, Effect = ToNginx },
        new("nginx_upstream_keepalive_requests", "upstream_keepalive_max_requests", new Version(3, 0)) { Effect = ToNginx },
        new("nginx_upstream_keepalive_timeout", "upstream_keepalive_idle_timeout", new Version(3, 0))
        {
            Convert = Seconds,
            Effect = ToNginx,
        },
        new("client_max_body_size", "nginx_http_client_max_body_size", new Version(3, 0)),
        new("client_body_buffer_size", "nginx_http_client_body_buffer_size", new Version(3, 0)),
        new("router_update_frequency", "worker_state_update_frequency", new Version(3, 0)),
        new("opentelemetry_tracing", "tracing_instrumentations", new Version(3, 2), new Version(3, 10)) { Effect = StillRead },
        new("opentelemetry_tracing_sampling_rate", "tracing_sampling_rate", new Version(3, 2), new Version(3, 10)) { Effect = StillRead },
        new("privileged_agent", "dedicated_config_processing", new Version(3, 5), new Version(3, 10)),
    ];

    /// <summary>Finds a setting by its old name; null if it has no other one.</summary>
    public static RenamedSetting? Find(string name) => Array.Find(All, s => s.Name == name);

    // 2.8: NONE switches the pool off.
    private static string? Size(string value) => value == "NONE" ? "0" : value;

    // The new setting is a number of seconds, the old one a time of nginx.
    private static string? Seconds(string value)
    {
        var unit = value is [.., 's' or 'm' or 'h'] ? value[^1] : ' ';
        return int.TryParse(value.AsSpan().TrimEnd(unit), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (count * unit switch { 'm' => 60L, 'h' => 3600L, _ => 1L }).ToString(CultureInfo.InvariantCulture)
            : null;
    }
}
