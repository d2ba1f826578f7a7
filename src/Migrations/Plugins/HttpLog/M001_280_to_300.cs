namespace Migrations.Plugins.HttpLog;

/// <summary>Changes the value of each header from a list to one text.</summary>
[KongMigration("http-log", 1, "001_280_to_300", "3.0.0")]
public sealed class M001_280_to_300 : TwoPhaseKongMigration
{
    private const string Headers =
        "jsonb_each(CASE jsonb_typeof(config -> 'headers') WHEN 'object' THEN config -> 'headers' END) AS header (name, value)";

    private const string HasLists = $"EXISTS (SELECT FROM {Headers} WHERE jsonb_typeof(value) IN ('array', 'object'))";

    private const string HasOddValues =
        $"""
        EXISTS (
          SELECT FROM {Headers}
           WHERE jsonb_typeof(value) = 'object' AND value <> '{"{}"}'
              OR EXISTS (
                SELECT FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value END) AS element (value)
                 WHERE jsonb_typeof(element.value) NOT IN ('string', 'number')))
        """;

    // A number is written as Lua writes it: 1.50 becomes 1.5.
    private const string Joined =
        """
        (SELECT string_agg(CASE WHEN jsonb_typeof(element) = 'number' AND element #>> '{}' LIKE '%.%'
                                THEN rtrim(rtrim(element #>> '{}', '0'), '.') ELSE element #>> '{}' END, ', ' ORDER BY place)
           FROM jsonb_array_elements(value) WITH ORDINALITY AS list (element, place))
        """;

    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        // Kong: a list that contains anything but texts and numbers makes the finish phase fail every time; an object becomes ''.
        ConfigsOf("http-log").WarnUnlessObject();
        ConfigsOf("http-log").Warn(
            where: HasOddValues,
            reason: "config.headers has a header whose value is not text, and was left as it is",
            remedy: "Set every header in config.headers to one text through the Admin API.",
            was: PluginConfigs.WereKeys("headers", except: "'{}'::text[]"));

        // Headers without a value are removed. If no header is left, headers becomes null.
        ConfigsOf("http-log").Rewrite(
            where: $"{HasLists} AND NOT {HasOddValues}",
            to: $"""
                jsonb_set(config, '{"{headers}"}', coalesce(
                  (SELECT jsonb_object_agg(name, CASE jsonb_typeof(value) WHEN 'array' THEN to_jsonb({Joined}) ELSE value END)
                     FROM {Headers}
                    WHERE value NOT IN ('[]', '{"{}"}')),
                  'null'))
                """);
    }
}
