namespace Migrator.Advice.Settings;

/// <summary>A setting that gateways no longer have.</summary>
/// <param name="Name">The key; one that ends in <c>_</c> stands for all that start with it.</param>
/// <param name="Since">The first version without it.</param>
/// <param name="Why">What there is instead.</param>
internal sealed record GoneSetting(string Name, Version Since, string Why);

/// <summary>The settings that are gone.</summary>
/// <remarks>
/// Source: <c>kong/templates/kong_defaults.lua</c> and <c>kong/conf_loader</c> of each release from 2.8.5 to 3.9.3, compared, and the
/// entries of <c>CHANGELOG.md</c> of 3.0.0, 3.1.0, 3.3.0 and 3.4.0.
/// </remarks>
internal static class GoneSettings
{
    private static readonly GoneSetting[] All =
    [
        new("nginx_optimizations", new(3, 0), "Settings such as nginx_http_... and nginx_proxy_... write directives of nginx."),
        new("go_pluginserver_exe", new(3, 0), "Plugins in Go run as plugin servers of their own: pluginserver_names."),
        new("go_plugins_dir", new(3, 0), "Plugins in Go run as plugin servers of their own: pluginserver_names."),
        new("legacy_hybrid_protocol", new(3, 1), "Control planes and data planes have one protocol."),
        new("legacy_worker_events", new(3, 3), "There is one library for events between workers."),
        new("cassandra_", new(3, 4), "The gateway stores its data in PostgreSQL."),
    ];

    /// <summary>Finds a setting; null if it is not gone.</summary>
    public static GoneSetting? Find(string name) => Array.Find(
        All, s => s.Name.EndsWith('_') ? name.StartsWith(s.Name, StringComparison.Ordinal) : name == s.Name);
}
