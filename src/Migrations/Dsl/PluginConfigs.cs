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
    public void Rewrite(string where, string to) => rows.Rewrite(
        "plugins",
        $"""
        UPDATE {schema.Qualify("plugins")} SET config = {to}
         WHERE name = '{plugin}' AND jsonb_typeof(config) = 'object' AND {where}
        """);

    /// <summary>Raises a warning for each config that needs the operator's attention.</summary>
    /// <param name="where">Which configs, as an SQL condition.</param>
    /// <param name="reason">What is wrong with the config. It may name keys, never values: they may be secrets.</param>
    /// <param name="remedy">What to do, as an imperative sentence.</param>
    public void Warn(string where, string reason, string remedy) => rows.Warn(
        "plugins",
        $"""
        DO $$
        DECLARE
          plugin record;
        BEGIN
          FOR plugin IN SELECT id FROM {schema.Qualify("plugins")} WHERE name = '{plugin}' AND ({where}) ORDER BY id LOOP
            RAISE WARNING USING
              MESSAGE = format('plugins %s ({plugin}): {reason}', plugin.id),
              HINT = '{remedy}';
          END LOOP;
        END
        $$
        """);

    /// <summary>Raises a warning for each config that is not a JSON object, and therefore cannot be rewritten.</summary>
    public void WarnUnlessObject() => Warn(
        where: "jsonb_typeof(config) <> 'object'",
        reason: "config is not an object, and was left as it is",
        remedy: "Delete the plugin, or set its config through the Admin API.");
}
