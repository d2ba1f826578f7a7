using System.Collections.Frozen;

namespace Migrator.Configuration.Settings;

/// <summary>All settings that concern migrations, in the order in which they are shown.</summary>
internal static class SettingCatalogue
{
    /// <summary>The definitions.</summary>
    public static readonly SettingDefinition[] All =
        [.. PostgresKeys.All, .. ReadOnlyKeys.All, .. GatewayKeys.All, .. TokenKeys.All, .. VaultKeys.All];

    // Built at startup: every command needs this table, but not the names of all settings.
    private static readonly Dictionary<string,
        SettingDefinition> ByName = All.ToDictionary(definition => definition.Name, StringComparer.Ordinal);

    // Split only if a file has a key that is not in the table.
    private static readonly Lazy<FrozenSet<string>> Names = new(static () =>
        KnownNames.All.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal));

    // Kong: a key of these families may have any name after the prefix.
    private static readonly string[] Families =
    [
        "nginx_main_", "nginx_events_", "nginx_http_", "nginx_upstream_", "nginx_proxy_", "nginx_location_", "nginx_status_",
            "nginx_debug_",
        "nginx_admin_", "nginx_stream_", "nginx_supstream_", "nginx_sproxy_", "nginx_wasm_", "pluginserver_", "vault_",
    ];

    /// <summary>Returns the definition of a setting that concerns migrations; null for any other key.</summary>
    public static SettingDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Returns the definition of a setting that the connection depends on; null for any other key.</summary>
    public static SettingDefinition? FindDatabase(string name) => Find(name) is { ConcernsDatabase: true } definition ? definition : null;

    /// <summary>Whether any gateway knows the key.</summary>
    public static bool IsKnown(string name) =>
        ByName.ContainsKey(name)
        || Names.Value.Contains(name)
        || Families.Any(family => name.Length > family.Length && name.StartsWith(family, StringComparison.Ordinal));

    /// <summary>Returns the names that any gateway knows, to find the one nearest to an unknown key.</summary>
    public static FrozenSet<string> AllNames() => Names.Value;
}
