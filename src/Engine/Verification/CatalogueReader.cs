using System.Data;
using System.Data.Common;
using Migrator.Inspection;

namespace Migrator.Verification;

/// <summary>
/// Reads what the server's catalogue says of the gateway's schema, in one read-only transaction. It reads the catalogue only, no table of
/// the gateway's: it never waits, and runs no code of other roles.
/// </summary>
internal static class CatalogueReader
{
    /// <summary>More objects than this are more than a gateway's schema has; ten times Kong's.</summary>
    private const int MaxObjects = 20_000;

    /// <summary>The longest definition that is compared; Kong's longest, the body of a function, has 1,600 characters.</summary>
    private const int MaxDefinitionLength = 10_000;

    // The functions that print definitions look at what was committed last, and fail on what has been dropped since the query began.
    private const int MaxReads = 5;

    // NOT NULL is a fact of the column; PostgreSQL 18 also lists it among the constraints (contype n).
    private static readonly string Query =
        $"""
        WITH gateway AS (
          SELECT oid, nspname, nspowner FROM pg_namespace WHERE nspname = current_setting('migrator.schema')),
        relation AS (
          SELECT c.oid, c.relname, c.relkind, c.relowner, c.relpersistence, c.relrowsecurity
            FROM pg_class AS c JOIN gateway ON gateway.oid = c.relnamespace),
        kong AS (
          SELECT oid, relname FROM relation WHERE relkind IN ('r', 'p') AND relname = ANY (string_to_array($1, ',')::name[])),
        ledger AS (
          SELECT r.oid AS owner, r.rolname AS owner_name, r.rolsuper FROM kong
            JOIN relation USING (oid) JOIN pg_roles AS r ON r.oid = relowner WHERE kong.relname = 'schema_meta'),
        extension AS (
          SELECT d.classid, d.objid, e.extname
            FROM pg_depend AS d JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
           WHERE d.deptype = 'e'),
        found (kind, relation, name, definition, detail, owner, lacks, is_nullable, uses) AS (
          SELECT 'Schema', '', nspname::text, quote_ident(nspname) || '.', current_user::text, pg_get_userbyid(nspowner)::text,
                 CASE WHEN has_schema_privilege(oid, 'USAGE') THEN '' ELSE 'USAGE' END, false,
                 (SELECT 'owner' FROM ledger WHERE pg_has_role(owner, 'USAGE'))
            FROM gateway
          UNION ALL
          SELECT DISTINCT 'Extension', '', extname::text, '', NULL, NULL, '', false, NULL
            FROM extension
           WHERE classid = 'pg_class'::regclass AND objid IN (SELECT oid FROM relation WHERE relkind NOT IN ('i', 'I', 't'))
              OR classid = 'pg_proc'::regclass AND objid IN (SELECT p.oid FROM pg_proc AS p JOIN gateway ON gateway.oid = p.pronamespace)
          UNION ALL
          SELECT 'Relation', coalesce((
                   SELECT concat(t.relname, '.', a.attname)
                     FROM pg_depend AS d JOIN pg_class AS t ON t.oid = d.refobjid
                     JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
                      AND d.deptype IN ('a', 'i') AND c.relkind = 'S' LIMIT 1), ''),
                 c.relname::text,
                 CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                   WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'type' END,
                 CASE WHEN c.relkind = 'S' THEN (SELECT format_type(seqtypid, NULL) FROM pg_sequence WHERE seqrelid = c.oid)
                      WHEN c.relkind IN ('r', 'p') AND (c.relpersistence <> 'p' OR c.relrowsecurity)
                        THEN concat_ws(', ', CASE WHEN c.relpersistence <> 'p' THEN 'it is unlogged' END,
                          CASE WHEN c.relrowsecurity THEN 'row security is on' END) END,
                 {Owner("c.relowner")},
                 concat_ws(', ',
                   CASE WHEN c.relkind IN ('r', 'p') THEN (
                     SELECT string_agg(privilege, ', ' ORDER BY place)
                       FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS wanted (privilege, place)
                      WHERE NOT has_table_privilege(c.oid, privilege)) END,
                   CASE WHEN c.relkind = 'S' AND NOT has_sequence_privilege(c.oid, 'USAGE, UPDATE') AND NOT EXISTS (
                     SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'i') THEN 'USAGE' END),
                 false, NULL
            FROM relation AS c
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
             AND NOT EXISTS (SELECT FROM extension AS e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
          UNION ALL
          SELECT 'Relation', t.relname::text, c.relname::text, 'index', NULL, NULL, '', false, NULL
            FROM relation AS c JOIN pg_index AS i ON i.indexrelid = c.oid JOIN pg_class AS t ON t.oid = i.indrelid
           WHERE c.relname = ANY (string_to_array($2, ',')::name[]) AND i.indrelid NOT IN (SELECT oid FROM kong)
          UNION ALL
          SELECT 'Column', kong.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
                 CASE WHEN a.attidentity <> '' THEN 'identity'
                      WHEN to_jsonb(a) ->> 'attgenerated' = 's' THEN 'generated from ' || pg_get_expr(d.adbin, d.adrelid)
                      WHEN to_jsonb(a) ->> 'attgenerated' = 'v' THEN 'generated when it is read, from ' || pg_get_expr(d.adbin, d.adrelid)
                      ELSE pg_get_expr(d.adbin, d.adrelid) END,
                 NULL, '', NOT a.attnotnull, NULL
            FROM kong JOIN pg_attribute AS a ON a.attrelid = kong.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          UNION ALL
          SELECT 'Constraint', kong.relname::text, k.conname::text, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
                 CASE WHEN EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgconstraint = k.oid AND t.tgenabled IN ('D', 'R'))
                        THEN 'it is switched off (DISABLE TRIGGER ALL)'
                      WHEN NOT k.convalidated THEN 'it is NOT VALID' END,
                 NULL, '', false, (SELECT relname::text FROM relation WHERE oid = k.conindid AND k.contype = 'f')
            FROM kong JOIN pg_constraint AS k ON k.conrelid = kong.oid AND k.contype NOT IN ('n', 't')
          UNION ALL
          SELECT 'Index', kong.relname::text, c.relname::text,
                 replace(pg_get_indexdef(i.indexrelid), ' INDEX ' || quote_ident(c.relname) || ' ON ', ' INDEX ON '),
                 CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive)
                   THEN 'it is invalid: CREATE INDEX CONCURRENTLY failed, or is at work' END, NULL, '', false, NULL
            FROM kong JOIN pg_index AS i ON i.indrelid = kong.oid JOIN pg_class AS c ON c.oid = i.indexrelid
           WHERE NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
          UNION ALL
          SELECT 'Trigger', kong.relname::text, t.tgname::text,
                 replace(pg_get_triggerdef(t.oid), ' TRIGGER ' || quote_ident(t.tgname) || ' ', ' TRIGGER '),
                 CASE WHEN t.tgenabled IN ('D', 'R') THEN 'it is disabled' END, NULL, '', false, NULL
            FROM kong JOIN pg_trigger AS t ON t.tgrelid = kong.oid AND NOT t.tgisinternal
          UNION ALL
          SELECT 'Rule', kong.relname::text, r.rulename::text, '', NULL, NULL, '', false, NULL
            FROM kong JOIN pg_rewrite AS r ON r.ev_class = kong.oid AND r.ev_enabled NOT IN ('D', 'R')
          UNION ALL
          SELECT CASE WHEN p.pronargs = 0 THEN 'Function' ELSE 'FunctionWithArguments' END, '', p.proname::text, p.prosrc,
                 concat_ws(' ', CASE WHEN to_jsonb(p) ->> 'prokind' = 'p' THEN 'procedure' END, format_type(p.prorettype, NULL), l.lanname,
                   CASE WHEN p.prosecdef THEN 'security definer' END,
                   CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END,
                   CASE WHEN p.proisstrict THEN 'strict' END,
                   'set ' || array_to_string(p.proconfig, ', ')),
                 {Owner("p.proowner")}, '', false, NULL
            FROM gateway JOIN pg_proc AS p ON p.pronamespace = gateway.oid JOIN pg_language AS l ON l.oid = p.prolang
           WHERE NOT EXISTS (SELECT FROM extension AS e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid))
        SELECT kind, relation, name, left(definition, {MaxDefinitionLength}) AS definition, left(detail, {MaxDefinitionLength}) AS detail,
               owner, lacks, is_nullable, uses
          FROM found LIMIT {MaxObjects + 1}
        """;

    /// <summary>Reads the catalogue.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="facts">The database.</param>
    /// <param name="names">The names of the gateway's tables, whose parts are read, and of these parts.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="MigratorException">The schema has far more objects than a gateway's.</exception>
    public static async Task<LiveSchema> ReadAsync(
        IDatabaseSession session, DatabaseFacts facts, GatewayNames names, CancellationToken cancellationToken)
    {
        for (var read = 1; ; read++)
        {
            try
            {
                return await ReadOnceAsync(session, facts, names, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InternalError && read < MaxReads)
            {
                // Something was dropped while it was read ("cache lookup failed").
            }
        }
    }

    private static async Task<LiveSchema> ReadOnceAsync(
        IDatabaseSession session, DatabaseFacts facts, GatewayNames names, CancellationToken cancellationToken)
    {
        var objects = await session.QueryAsync(
            facts.Schema, [Query], Read, cancellationToken, string.Join(',', names.Tables), string.Join(',', names.Parts));
        if (objects.Count > MaxObjects)
        {
            throw new MigratorException(
                $"The gateway's schema has more than {MaxObjects:N0} objects: too many to compare.",
                "Other programs use the same schema.",
                "Give the gateway a schema of its own (pg_schema).");
        }

        return new LiveSchema(facts.VersionNumber, [.. objects.OfType<LiveObject>()]);
    }

    // What was dropped since the query began has no definition.
    private static LiveObject? Read(DbDataReader row) => row.TextOrNull(row.GetOrdinal("definition")) is not { } definition ? null : new(
        Enum.Parse<LiveKind>(row.GetString("kind")),
        row.GetString("relation"),
        row.GetString("name"),
        definition,
        row.TextOrNull(row.GetOrdinal("detail")),
        row.TextOrNull(row.GetOrdinal("owner")),
        row.GetString("lacks"),
        row.GetBoolean("is_nullable"),
        row.TextOrNull(row.GetOrdinal("uses")));

    // A role whose rights the owner of the ledger has is as good as that owner. (A superuser has those of every role.)
    private static string Owner(string column) =>
        $"""
        coalesce((SELECT owner_name::text FROM ledger WHERE NOT rolsuper AND pg_has_role(owner, {column}, 'USAGE')),
                   pg_get_userbyid({column})::text)
        """;
}
