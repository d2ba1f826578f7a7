using System.Text.Json.Nodes;
using TestSupport;

namespace Migrations.Tests;

/// <summary>Reads a database's catalogue in the form of the files in <c>data/catalogue</c>.</summary>
internal static class LiveCatalogue
{
    // NOT NULL is a fact of the column here; PostgreSQL 18 also lists it among the constraints (contype n).
    private const string Query =
        """
        WITH relation AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'SCHEMA'::regnamespace AND relkind = 'r')
        SELECT json_build_object(
          'tables', (SELECT coalesce(json_object_agg(relname, json_build_object(
            'columns', (SELECT coalesce(json_agg(json_build_object(
                'name', attname, 'type', format_type(atttypid, atttypmod), 'nullable', NOT attnotnull,
                'default', pg_get_expr(adbin, adrelid)) ORDER BY attnum), '[]')
              FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
             WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped),
            'constraints', (SELECT coalesce(json_agg(json_build_object('name', conname, 'definition', pg_get_constraintdef(oid))), '[]')
              FROM pg_constraint WHERE conrelid = relation.oid AND contype NOT IN ('n', 't')),
            'indexes', (SELECT coalesce(json_agg(json_build_object(
                'name', indexrelid::regclass::name, 'definition', pg_get_indexdef(indexrelid))), '[]')
              FROM pg_index WHERE indrelid = relation.oid),
            'triggers', (SELECT coalesce(json_agg(json_build_object('name', tgname, 'definition', pg_get_triggerdef(oid))), '[]')
              FROM pg_trigger WHERE tgrelid = relation.oid AND NOT tgisinternal))), '{}') FROM relation),
          'functions', (SELECT coalesce(json_agg(json_build_object(
              'name', proname, 'arguments', pg_get_function_identity_arguments(p.oid), 'returns', pg_get_function_result(p.oid),
              'language', lanname, 'volatility', CASE provolatile WHEN 'v' THEN 'volatile' WHEN 's' THEN 'stable' ELSE 'immutable' END)),
                '[]')
            FROM pg_proc AS p JOIN pg_language AS l ON l.oid = prolang WHERE pronamespace = 'SCHEMA'::regnamespace),
          'sequences', (SELECT coalesce(json_agg(json_build_object(
              'name', relname, 'type', format_type(seqtypid, NULL), 'start', seqstart, 'increment', seqincrement, 'min', seqmin,
              'max', seqmax, 'cache', seqcache, 'cycle', seqcycle, 'owned_by', (
                SELECT refobjid::regclass || '.' || attname FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
                 WHERE objid = seqrelid AND classid = 'pg_class'::regclass AND deptype = 'a'))), '[]')
            FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid WHERE relnamespace = 'SCHEMA'::regnamespace))
        """;

    /// <summary>The catalogue of one schema.</summary>
    public static JsonObject Read(TestDatabase database, string schema = "public") =>
        JsonNode.Parse(database.Query("SET search_path = SCHEMA;".Replace("SCHEMA", schema, StringComparison.Ordinal)
            + Query.Replace("SCHEMA", schema, StringComparison.Ordinal))[0]!)!.AsObject();

    /// <summary>The facts of one schema, with the default workspace's id replaced by the one in Kong's files.</summary>
    public static HashSet<string> Facts(TestDatabase database, string schema = "public")
    {
        var facts = CatalogueFacts.Of(Read(database, schema), schema);
        if (!facts.Contains("table workspaces"))
        {
            return facts;
        }

        var id = database.Query($"SELECT id FROM {schema}.workspaces WHERE name = 'default'")[0]!;
        return [.. facts.Select(fact => fact.Replace(id, "<default_workspace_id>", StringComparison.Ordinal))];
    }
}
