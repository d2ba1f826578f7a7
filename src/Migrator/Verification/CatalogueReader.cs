using System.Data;
using System.Data.Common;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Verification;

/// <summary>
/// Reads what the server's catalogue says of the gateway's schema, in one read-only transaction. It reads the catalogue only, no table of
/// the gateway's: it waits for nobody, and runs nothing of others.
/// </summary>
internal static class CatalogueReader
{
    /// <summary>More objects than this are more than a gateway's schema has; ten times Kong's.</summary>
    private const int MostObjects = 20_000;

    /// <summary>The longest definition that is compared; Kong's longest, the body of a function, has 1,600 characters.</summary>
    private const int LongestDefinition = 10_000;

    // NOT NULL is a fact of the column; PostgreSQL 18 lists it among the constraints as well (contype n).
    private static readonly string Query =
        $"""
        WITH gateway AS (
          SELECT oid, nspname, nspowner FROM pg_namespace WHERE nspname = current_setting('migrator.schema')),
        relation AS (
          SELECT c.oid, c.relname, c.relkind, c.relowner, c.relpersistence, c.relrowsecurity
            FROM pg_class AS c JOIN gateway ON gateway.oid = c.relnamespace),
        kong AS (
          SELECT oid, relname FROM relation WHERE relkind IN ('r', 'p') AND relname = ANY (string_to_array($1, ',')::name[])),
        found (kind, relation, name, definition, detail, owner, lacks, is_nullable) AS (
          SELECT 'Schema', '', nspname::text, quote_ident(nspname) || '.', current_user::text, pg_get_userbyid(nspowner)::text,
                 CASE WHEN has_schema_privilege(oid, 'USAGE') THEN '' ELSE 'USAGE' END, false
            FROM gateway
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
                      WHEN c.relkind NOT IN ('r', 'p') THEN NULL
                      WHEN c.relpersistence <> 'p' THEN 'it is unlogged'
                      WHEN c.relrowsecurity THEN 'row security is on' END,
                 pg_get_userbyid(c.relowner)::text,
                 concat_ws(', ',
                   CASE WHEN c.relkind IN ('r', 'p') THEN (
                     SELECT string_agg(privilege, ', ' ORDER BY place)
                       FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS wanted (privilege, place)
                      WHERE NOT has_table_privilege(c.oid, privilege)) END,
                   CASE WHEN c.relkind = 'S' AND NOT has_sequence_privilege(c.oid, 'USAGE') THEN 'USAGE' END),
                 false
            FROM relation AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
          UNION ALL
          SELECT 'Column', kong.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid),
                 NULL, '', NOT a.attnotnull
            FROM kong JOIN pg_attribute AS a ON a.attrelid = kong.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          UNION ALL
          SELECT 'Constraint', kong.relname::text, k.conname::text, pg_get_constraintdef(k.oid), NULL, NULL, '', false
            FROM kong JOIN pg_constraint AS k ON k.conrelid = kong.oid AND k.contype NOT IN ('n', 't')
          UNION ALL
          SELECT 'Index', kong.relname::text, c.relname::text, pg_get_indexdef(i.indexrelid),
                 CASE WHEN NOT i.indisvalid THEN 'it is invalid: CREATE INDEX CONCURRENTLY failed' END, NULL, '', false
            FROM kong JOIN pg_index AS i ON i.indrelid = kong.oid JOIN pg_class AS c ON c.oid = i.indexrelid
           WHERE NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
          UNION ALL
          SELECT 'Trigger', kong.relname::text, t.tgname::text, pg_get_triggerdef(t.oid),
                 CASE WHEN t.tgenabled IN ('D', 'R') THEN 'it is disabled' END, NULL, '', false
            FROM kong JOIN pg_trigger AS t ON t.tgrelid = kong.oid AND NOT t.tgisinternal
          UNION ALL
          SELECT CASE WHEN p.pronargs = 0 THEN 'Function' ELSE 'FunctionWithArguments' END, '', p.proname::text, p.prosrc,
                 concat_ws(' ', format_type(p.prorettype, NULL), l.lanname, CASE WHEN p.prosecdef THEN 'security definer' END),
                 pg_get_userbyid(p.proowner)::text,
                 CASE WHEN has_function_privilege(p.oid, 'EXECUTE') THEN '' ELSE 'EXECUTE' END, false
            FROM gateway JOIN pg_proc AS p ON p.pronamespace = gateway.oid JOIN pg_language AS l ON l.oid = p.prolang)
        SELECT kind, relation, name, left(definition, {LongestDefinition}) AS definition, left(detail, {LongestDefinition}) AS detail,
               owner, lacks, is_nullable
          FROM found LIMIT {MostObjects + 1}
        """;

    /// <summary>Reads the catalogue.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for what the server says.</param>
    /// <param name="tables">The names of the gateway's tables, whose parts are read.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="MigratorException">The schema has far more objects than a gateway's.</exception>
    public static Task<LiveSchema> ReadAsync(
        IDatabaseSession session, string? schema, IReadOnlyCollection<string> tables, CancellationToken cancellationToken) =>
        session.ReadAsync(
            [
                .. TransactionSql.BeginReading(schema),
                new NpgsqlBatchCommand(Query) { Parameters = { new NpgsqlParameter<string> { TypedValue = string.Join(',', tables) } } },
                TransactionSql.Commit,
            ],
            async reader =>
            {
                await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
                var objects = new List<LiveObject>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    objects.Add(Read(reader));
                }

                if (objects.Count > MostObjects)
                {
                    throw new MigratorException(
                        $"The gateway's schema has more than {MostObjects:N0} objects: too many to compare.",
                        "Other programs use the same schema.",
                        "Give the gateway a schema of its own (pg_schema).");
                }

                var itself = objects.Find(o => o.Kind == LiveKind.Schema);
                return new LiveSchema(itself?.Definition ?? "", itself?.Detail ?? "", objects);
            },
            cancellationToken);

    private static LiveObject Read(DbDataReader row) => new(
        Enum.Parse<LiveKind>(row.GetString("kind")),
        row.GetString("relation"),
        row.GetString("name"),
        row.GetString("definition"),
        row.IsDBNull("detail") ? null : row.GetString("detail"),
        row.IsDBNull("owner") ? null : row.GetString("owner"),
        row.GetString("lacks"),
        row.GetBoolean("is_nullable"));
}
