using System.Text.Json;
using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Inspection;

/// <summary>The contents of the gateway's schema: which objects are Kong's and which are not.</summary>
/// <remarks>
/// Kong's objects have the name and the columns of a table or function of any supported version. Objects of an extension count as neither.
/// </remarks>
/// <param name="Others">The objects that are not Kong's and are in the schema or depend on it, as PostgreSQL describes them.</param>
internal sealed record SchemaContents(IReadOnlyList<string> Others)
{
    /// <summary>Selects Kong's existing tables and functions, as the two columns that identify an object in pg_depend.</summary>
    private static readonly string KongObjects =
        $"""
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid
          FROM pg_class AS c JOIN (VALUES {string.Join(", ", Migrations.KongObjects.All.Tables.Select(Row))}) AS known (name, columns)
            ON known.name = c.relname
         WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_setting('migrator.schema')) AND c.relkind IN ('r',
           'p')
           AND known.columns <@ ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid FROM pg_proc AS p
         WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_setting('migrator.schema')) AND p.pronargs = 0
           AND p.proname IN ({string.Join(", ", Migrations.KongObjects.Functions.Select(Sql.Literal))})
           AND p.prorettype = 'trigger'::regtype
        """;

    /// <summary>Selects the names of Kong's existing tables.</summary>
    public static readonly string KongTables =
        $"""
        SELECT c.relname FROM (
          {KongObjects}) AS kong JOIN pg_class AS c ON kong.classid = 'pg_class'::regclass AND c.oid = kong.objid
        """;

    // Parts of an object (deptype a and i: its indexes, keys, triggers, sequences, row type) are dropped with it; other dependent objects
    // (n) only by CASCADE. A view depends through its rule. A partition is both a part of its table and a table. (PostgreSQL 17,
    // 51.18 "pg_depend".)
    private static readonly string Inside =
        $"""
        RECURSIVE kong AS (
          {KongObjects}
          UNION
          SELECT d.classid, d.objid FROM pg_depend AS d JOIN kong AS k ON d.refclassid = k.classid AND d.refobjid = k.objid
           WHERE d.deptype IN ('a', 'i')),
        inside AS (
          SELECT d.classid, d.objid FROM pg_depend AS d
           WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n' AND d.objsubid = 0
             AND d.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = current_setting('migrator.schema'))
             AND d.classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
             AND d.classid IS DISTINCT FROM to_regclass('pg_publication_namespace')
             AND NOT EXISTS (SELECT FROM kong AS k WHERE (k.classid, k.objid) = (d.classid, d.objid))
             AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE (e.classid, e.objid) = (d.classid, d.objid) AND e.deptype = 'e')),
        wholes AS (
          SELECT i.classid, i.objid FROM inside AS i
           WHERE i.classid = 'pg_class'::regclass AND i.objid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm'))
              OR NOT EXISTS (
                SELECT FROM pg_depend AS d WHERE (d.classid, d.objid) = (i.classid, i.objid) AND d.deptype IN ('a', 'i')
                   AND (d.refclassid, d.refobjid) <> (i.classid, i.objid)))
        """;

    private static readonly string OtherObjects =
        $"""
        WITH {Inside},
        going AS (
          SELECT classid, objid, NULL::"char" AS deptype, 0 AS objsubid FROM kong
          UNION
          SELECT classid, objid, NULL, 0 FROM inside
          UNION
          SELECT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END, coalesce(r.ev_class, d.objid), d.deptype,
            d.objsubid
            FROM going AS g JOIN pg_depend AS d ON d.refclassid = g.classid AND d.refobjid = g.objid AND d.deptype IN ('n', 'a', 'i')
            LEFT JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid),
        others AS (
          SELECT classid, objid, 0 AS objsubid FROM wholes
          UNION
          SELECT g.classid, g.objid, g.objsubid FROM going AS g
           WHERE g.deptype = 'n' OR g.classid = 'pg_class'::regclass AND g.deptype IS NOT NULL AND g.objsubid = 0
             AND g.objid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'f')))
        SELECT coalesce(json_agg(DISTINCT d.name), '[]')::text
          FROM others AS o CROSS JOIN pg_describe_object(classid, objid, objsubid) AS d (name)
         WHERE d.name IS NOT NULL AND NOT EXISTS (SELECT FROM kong AS k WHERE (k.classid, k.objid) = (o.classid, o.objid))
        """;

    /// <summary>Drops all objects except those of extensions. The schema and the rights on it are kept.</summary>
    // All names are formatted before the first DROP: a function's name includes types that may be dropped before it.
    private static readonly string DropAll =
        $"""
        DO $$
        DECLARE
          thing text;
        BEGIN
          FOREACH thing IN ARRAY ARRAY(
            WITH {Inside}
            SELECT format('%s IF EXISTS %s CASCADE',
                     CASE o.type WHEN 'composite type' THEN 'TYPE' WHEN 'statistics object' THEN 'STATISTICS' ELSE upper(o.type) END,
                     CASE WHEN o.type = 'aggregate' THEN regexp_replace(o.identity, '\(\)$', '(*)') ELSE o.identity END)
              FROM (
                SELECT classid, objid FROM wholes
                UNION
                SELECT classid, objid FROM (
                  {KongObjects}) AS kongs) AS going
             CROSS JOIN pg_identify_object(classid, objid, 0) AS o WHERE o.identity IS NOT NULL) LOOP
            EXECUTE 'DROP ' || thing;
          END LOOP;
        END
        $$
        """;

    /// <summary>Drops only Kong's objects, without CASCADE.</summary>
    public static readonly string DropKongObjects =
        $"""
        DO $$
        DECLARE
          tables text;
          functions text;
        BEGIN
          SELECT string_agg(objid::regclass::text, ', ') FILTER (WHERE classid = 'pg_class'::regclass),
                 string_agg(objid::regprocedure::text, ', ') FILTER (WHERE classid = 'pg_proc'::regclass)
            INTO tables, functions FROM (
              {KongObjects}) AS kong;
          IF tables IS NOT NULL THEN
            EXECUTE 'DROP TABLE ' || tables || ' RESTRICT';
          END IF;
          IF functions IS NOT NULL THEN
            EXECUTE 'DROP FUNCTION ' || functions || ' RESTRICT';
          END IF;
        END
        $$
        """;

    /// <summary>Drops all objects in the schema and their dependents, unless they have changed since they were read.</summary>
    /// <remarks>If they have changed, it fails with <see cref="SchemaLock.LedgerChanged"/>, and the run reads the database again.</remarks>
    /// <param name="seen">The contents that were read and reported.</param>
    public static IEnumerable<NpgsqlBatchCommand> DropEverything(SchemaContents seen)
    {
        yield return new NpgsqlBatchCommand("SELECT set_config('migrator.seen', $1, true)")
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = JsonSerializer
                .Serialize(seen.Others, LedgerJson.Default.IReadOnlyListString) } },
        };
        yield return new NpgsqlBatchCommand(
            $"""
            DO $$
            BEGIN
              IF ({OtherObjects})::jsonb <> current_setting('migrator.seen')::jsonb THEN
                RAISE EXCEPTION 'the schema has changed' USING ERRCODE = '{SchemaLock.LedgerChanged}';
              END IF;
            END
            $$
            """);
        yield return new NpgsqlBatchCommand(DropAll);
    }

    /// <summary>Reads the contents in one read-only transaction.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task<SchemaContents> ReadAsync(
        IDatabaseSession session, GatewaySchema schema, CancellationToken cancellationToken)
    {
        var json = await session.QueryRowAsync(schema.Name, [OtherObjects], row => row.GetString(0), cancellationToken);
        return new SchemaContents(JsonSerializer.Deserialize(json, LedgerJson.Default.IReadOnlyListString)!);
    }

    private static string Row(KeyValuePair<string, HashSet<string>> table) =>
        $"({Sql.Literal(table.Key)}, ARRAY[{string.Join(", ", table.Value.Select(Sql.Literal))}]::text[])";
}
