namespace Migrations.Plugins.Acme;

/// <summary>Renames the settings of Redis to the names that all plugins share.</summary>
/// <remarks>Between up and finish a config has the old and the new names, so that both gateway versions can read it.</remarks>
[KongMigration("acme", 3, "003_350_to_360", "3.6.0")]
public sealed class M003_350_to_360 : TwoPhaseKongMigration
{
    private const string Redis = "(config #> '{storage_config,redis}')";
    private const string HasRedis = $"jsonb_typeof({Redis}) = 'object'";

    private static readonly (string Old, string Shared)[] Renamed =
    [
        ("auth", "password"), ("ssl_server_name", "server_name"), ("scan_count", "extra_options,scan_count"),
        ("namespace", "extra_options,namespace"),
    ];

    /// <inheritdoc />
    public override void Up()
    {
        // Kong: without the object the config becomes NULL, which the column does not allow, and up fails. Any other value than an object
        // becomes an array, and finish fails.
        ConfigsOf("acme").Warn(
            where: $"{Redis} IS NULL",
            reason: "config.storage_config.redis is missing, and config was left as it is",
            remedy: "Save the plugin again through the Admin API, so that the gateway adds config.storage_config.redis.");
        ConfigsOf("acme").Warn(
            where: $"jsonb_typeof({Redis}) <> 'object'",
            reason: "config.storage_config.redis is not an object, and config was left as it is",
            remedy: "Set config.storage_config.redis through the Admin API.",
            was: PluginConfigs.WasType("storage_config.redis"));

        // Kong: the same, silently.
        ConfigsOf("acme").Warn(
            where: $"""
                CASE jsonb_typeof({Redis} -> 'extra_options')
                  WHEN 'object' THEN jsonb_strip_nulls({Redis} -> 'extra_options') - '{"{scan_count,namespace}"}'::text[] <> '{"{}"}'
                  ELSE {Redis} -> 'extra_options' NOT IN ('null', '[]') END
                """,
            reason: "extra_options in config.storage_config.redis held more than scan_count and namespace, which was removed",
            remedy: "Check extra_options in config.storage_config.redis, and set it again through the Admin API.",
            PluginConfigs.WereKeys("storage_config.redis.extra_options", except: "'{scan_count,namespace}'::text[]"),
            PluginConfigs.WasType("storage_config.redis.extra_options"));

        ConfigsOf("acme").Rewrite(
            where: HasRedis,
            to: $"""
                jsonb_set(config, '{"{storage_config,redis}"}', {Redis} || jsonb_build_object(
                  'password', {Either("auth", "password")},
                  'server_name', {Either("ssl_server_name", "server_name")},
                  'extra_options', jsonb_build_object(
                    'scan_count', {Either("scan_count", "extra_options,scan_count")},
                    'namespace', {Either("namespace", "extra_options,namespace")})))
                """);
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        // Kong: the same, silently. A gateway of 3.5 that still runs reads only the old names.
        ConfigsOf("acme").Warn(
            where: string.Join("\n OR ", Renamed.Select(Differs)),
            reason: "config.storage_config.redis had settings under older names that differed from the others, and they were removed",
            remedy: "Check config.storage_config.redis, in case an older gateway changed the plugin after up.",
            [.. Renamed.Select(name =>
                $"CASE WHEN {Differs(name)} THEN {ConfigsOf("acme").Was($"storage_config.redis.{name.Old}")} END")]);
        ConfigsOf("acme").Warn(
            where: $$$"""{{{Redis}}} @> '[{"extra_options": {}}]'""",
            reason: "config.storage_config.redis is a list, made by Kong of what was no object, and was left as it is",
            remedy: "Set config.storage_config.redis through the Admin API.");

        ConfigsOf("acme").Rewrite(
            where: HasRedis,
            to: $"jsonb_set(config, '{"{storage_config,redis}"}', {Redis} - '{"{auth,ssl_server_name,scan_count,namespace}"}'::text[])");
    }

    // The old name takes precedence, even if its value is null.
    private static string Either(string old, string shared) =>
        $"coalesce({Redis} -> '{old}', {Redis} #> '{{{shared}}}')";

    private static string Differs((string Old, string Shared) name) =>
        $"{Redis} -> '{name.Old}' NOT IN ('null', coalesce({Redis} #> '{{{name.Shared}}}', 'null'))";
}
