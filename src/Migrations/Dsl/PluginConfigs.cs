namespace Migrations.Dsl;

/// <summary>The configs of one plugin: the column <c>config</c> of its rows in <c>plugins</c>.</summary>
/// <param name="rows">Receives the statements.</param>
/// <param name="schema">The schema of the table.</param>
/// <param name="plugin">The plugin's name.</param>
public sealed class PluginConfigs(Rows rows, GatewaySchema schema, string plugin)
{
    /// <summary>Rewrites configs.</summary>
    /// <param name="where">Which configs, as an SQL condition. It must exclude configs that cannot be converted completely.</param>
    /// <param name="to">The new config, as an SQL expression over <c>config</c>.</param>
    public void Rewrite(string where, string to) => rows.Update(
        "plugins", "config", to, $"name = '{plugin}' AND jsonb_typeof(config) = 'object' AND {where}");

    /// <summary>Raises a warning for each config that needs the operator's attention.</summary>
    /// <param name="where">Which configs, as an SQL condition.</param>
    /// <param name="reason">What is wrong with the config, and what was done.</param>
    /// <param name="remedy">What to do, as an imperative sentence.</param>
    /// <param name="was">
    /// What was there, as SQL expressions: <see cref="Was"/>, <see cref="WasType"/>, <see cref="WereKeys"/>. One that is NULL is left out.
    /// </param>
    public void Warn(string where, string reason, string remedy, params string[] was)
    {
        var old = was.Length == 0 ? "NULL::text" : $"nullif(concat_ws(', ', {string.Join(",\n  ", was)}), '')";
        rows.Warn(
            "plugins",
            $"""
            DO $$
            DECLARE
              plugin record;
            BEGIN
              FOR plugin IN SELECT id, {old} AS was
                FROM {schema.Qualify("plugins")} WHERE name = '{plugin}' AND ({where}) ORDER BY id LOOP
                {RowWarning.Raise(
                    "plugins",
                    "plugin.id::text",
                    $"concat('plugins ', plugin.id, {Sql.Literal($" ({plugin}): {reason}")}, '; ' || plugin.was)",
                    remedy)}
              END LOOP;
            END
            $$
            """);
    }

    /// <summary>Raises a warning for each config that is not a JSON object, and therefore cannot be rewritten.</summary>
    public void WarnUnlessObject() => Warn(
        where: "jsonb_typeof(config) <> 'object'",
        reason: "config is not an object, and was left as it is",
        remedy: "Delete the plugin, or set its config through the Admin API.",
        was: "'config is a JSON ' || jsonb_typeof(config)");

    /// <summary>The sentence <c>config.PATH was VALUE</c>; NULL if there is no value. A secret is shown as asterisks.</summary>
    /// <param name="path">The path of the value below <c>config</c>, e.g. <c>storage_config.redis.auth</c>.</param>
    public string Was(string path) => SecretFields.Has(plugin, path)
        ? $"CASE WHEN config #> {Path(path)} IS NOT NULL THEN 'config.{path} was ***' END"
        : $"'config.{path} was ' || {RowWarning.Shown($"(config #> {Path(path)})::text")}";

    /// <summary>The sentence <c>config.PATH was a JSON TYPE</c>; NULL if there is no value or it is an object.</summary>
    /// <param name="path">The path of the value below <c>config</c>.</param>
    public static string WasType(string path) =>
        $"'config.{path} was a JSON ' || nullif(jsonb_typeof(config #> {Path(path)}), 'object')";

    /// <summary>
    /// The names of an object's other keys, as <c>config.PATH.KEY was ***</c>: of a key that Kong does not know, the value may be a secret.
    /// </summary>
    /// <param name="path">The path of the object below <c>config</c>.</param>
    /// <param name="except">The keys that are left out, as an SQL array.</param>
    public static string WereKeys(string path, string except) =>
        $"""
        (SELECT string_agg('config.{path}.' || {RowWarning.Shown("key")} || ' was ***', ', ' ORDER BY key)
           FROM (SELECT key FROM jsonb_each(
                   CASE jsonb_typeof(config #> {Path(path)}) WHEN 'object' THEN jsonb_strip_nulls(config #> {Path(path)}) - {except} END)
                  ORDER BY key LIMIT 10) AS other)
        """;

    private static string Path(string path) => $"'{{{path.Replace('.', ',')}}}'";
}
