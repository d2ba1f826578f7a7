using System.Text.Json;
using Migrations.Dsl;
using Migrator.Ledger;
using Migrator.Locking;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Inspection;

/// <summary>
/// What is in the gateway's schema: Kong's objects, which are what any supported version has by name and columns, and those of others. What
/// belongs to an extension counts as neither.
/// </summary>
/// <param name="Others">Objects of others that are in the schema, or depend on something in it, as PostgreSQL describes them.</param>
internal sealed record SchemaContents(IReadOnlyList<string> Others)
{
    /// <summary>Kong's tables and functions that are there, as the two columns by which pg_depend names an object.</summary>
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

    // Parts of an object (deptype a and i: its indexes, keys, triggers, sequences, row type) go with it; others (n) only by CASCADE. A view
    // is held by its rule. A partition is a part of its table, and a table all the same. (Manual, 51.18 "pg_depend".)
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
        SELECT coalesce(json_agg(DISTINCT pg_describe_object(classid, objid, objsubid)), '[]')::text
          FROM others AS o WHERE NOT EXISTS (SELECT FROM kong AS k WHERE (k.classid, k.objid) = (o.classid, o.objid))
        """;

    // The names are written before anything goes: one may name a type that goes first.
    /// <summary>Drops everything. What belongs to extensions stays, and so do the schema and the rights on it.</summary>
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
             CROSS JOIN pg_identify_object(classid, objid, 0) AS o) LOOP
            EXECUTE 'DROP ' || thing;
          END LOOP;
        END
        $$
        """;

    /// <summary>Kong's objects only; nothing by CASCADE.</summary>
    public static readonly string DropKongs =
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

    /// <summary>Everything in the schema and all that depends on it, where that is what was seen; else the run looks again.</summary>
    /// <param name="seen">What was seen of others, and told.</param>
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

    /// <summary>Reads what is there: one read-only transaction.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<SchemaContents> ReadAsync(IDatabaseSession session, GatewaySchema schema, CancellationToken cancellationToken) =>
        session.ReadAsync(
        [.. TransactionSql.BeginReading(schema.Name), new(OtherObjects), TransactionSql.Commit],
        async reader =>
        {
            await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new SchemaContents(JsonSerializer.Deserialize(reader.GetString(0), LedgerJson.Default.IReadOnlyListString)!);
        },
        cancellationToken);

    private static string Row(KeyValuePair<string, HashSet<string>> table) =>
        $"({Sql.Literal(table.Key)}, ARRAY[{string.Join(", ", table.Value.Select(Sql.Literal))}]::text[])";
}
