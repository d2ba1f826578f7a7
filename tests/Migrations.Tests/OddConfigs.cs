using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>Configs that no gateway writes, and what Kong's migrations are specified to make of them.</summary>
/// <remarks>Each config is used in three plugins with different other columns, which must neither matter nor change.</remarks>
internal static class OddConfigs
{
    private static readonly string[] Surroundings =
    [
        $"true, '{Gateway.DefaultWorkspace}', '2022-01-01', NULL, NULL, NULL",
        "false, '00000000-0000-4000-8000-000000000002', '2022-01-01 00:00:00.123456', 'plugins:' || gen, ARRAY['é', ''], ARRAY['https']",
        "true, NULL, NULL, gen, '{}', '{}'",
    ];

    /// <summary>The cases, one JSON object each.</summary>
    public static IReadOnlyList<JsonObject> All { get; } = [.. KongData.Lines("odd_configs.jsonl")];

    /// <summary>Inserts the plugins into a database of 2.8.</summary>
    public static void Insert(Gateway gateway) =>
        gateway.Database.Execute(string.Concat(All.Index().SelectMany(odd => Surroundings.Index().Select(s =>
        $"""
        INSERT INTO plugins (id, name, config, enabled, ws_id, created_at, cache_key, tags, protocols)
        SELECT '{Id(odd.Index, s.Index)}', {RowSeed.Literal(odd.Item.Text("plugin"))}, {Literal(odd.Item["before"])}, {s.Item}
          FROM (VALUES ('{odd.Index}.{s.Index}')) AS generated (gen);

        """))));

    /// <summary>The ids of a case's plugins.</summary>
    public static IEnumerable<string> Ids(int number) => Surroundings.Select((_, n) => Id(number, n));

    /// <summary>All configs by the plugin's id, as PostgreSQL prints them: with all digits.</summary>
    public static Dictionary<string, string> Read(Gateway gateway) => Read(gateway, "config::text");

    /// <summary>All other columns of all plugins, by the plugin's id.</summary>
    public static Dictionary<string, string> ReadRest(Gateway gateway) =>
        Read(gateway, "to_jsonb(p) - '{config,instance_name,updated_at}'::text[] || jsonb_build_object('t', (SELECT tags FROM tags WHERE "
            + "entity_id = id))");

    /// <summary>A member of each case, as PostgreSQL prints it.</summary>
    public static IReadOnlyList<string> Expected(Gateway gateway, string member) => gateway.Database.Query(
        $"SELECT config FROM unnest(ARRAY[{string.Join(", ", All.Select(odd => $"{Literal(odd[member])}::jsonb"))}]) WITH ORDINALITY AS "
            + "list (config, n) ORDER BY n")!;

    private static Dictionary<string, string> Read(Gateway gateway, string what) =>
        gateway.Database.Query($"SELECT id || ' ' || ({what})::text FROM plugins AS p")
            .ToDictionary(row => row![..36], row => row![37..], StringComparer.Ordinal);

    private static string Id(int number, int n) => $"0000{number:d4}-000{n}-4000-8000-000000000000";

    private static string Literal(JsonNode? json) => RowSeed.Literal(json?.ToJsonString() ?? "null");
}
