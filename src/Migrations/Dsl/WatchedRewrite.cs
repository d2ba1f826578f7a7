namespace Migrations.Dsl;

/// <summary>A rewrite of rows of a table in whose schema others have triggers or rules, which could discard it.</summary>
/// <remarks>
/// A trigger that runs before a row is written may return NULL or the old row; one that runs after it may write the old row back. The
/// ledger would say that the rows were rewritten. Where there are such triggers, what the rows hold is compared with what they should. Each
/// transaction has set its constraints to be immediate, so that no trigger is left for the COMMIT.
/// </remarks>
internal sealed class WatchedRewrite(GatewaySchema schema, string table)
{
    // Those on other tables count too: the gateway's own triggers write to the table tags.
    private string Others =>
        $"""
        SELECT c.oid = {schema.ToRegclass(table)} AS is_here, format('trigger %s on table %s', t.tgname, c.relname) AS culprit,
                   format('ALTER TABLE %I.%I DISABLE TRIGGER %I;', n.nspname, c.relname, t.tgname) AS repair
              FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
              JOIN pg_proc AS p ON p.oid = t.tgfoid
             WHERE n.nspname = {Sql.Literal(schema.Name)} AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
               AND NOT (p.pronamespace = n.oid AND p.proname IN ({string.Join(", ", TriggerFunctions.Names.Select(Sql.Literal))}))
            UNION ALL
            SELECT c.oid = {schema.ToRegclass(table)}, format('rule %s on table %s', r.rulename, c.relname),
                   format('DROP RULE %I ON %I.%I;', r.rulename, n.nspname, c.relname)
              FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = {Sql.Literal(schema.Name)} AND c.relkind IN ('r', 'p') AND r.ev_enabled IN ('O', 'A')
        """;

    /// <summary>Whether there are triggers or rules that are not the gateway's, as an SQL expression.</summary>
    public string IsNeeded => $"EXISTS ({Others})";

    /// <summary>The statement that fails the rewrite, in PL/pgSQL. It names the triggers and rules, best those of the table.</summary>
    /// <param name="rows">What was not written, as an SQL expression.</param>
    public string Fail(string rows) =>
        $"""
        DECLARE
              culprits text;
              repairs text;
            BEGIN
              SELECT string_agg(culprit, ', ' ORDER BY culprit), string_agg(repair, ' ' ORDER BY culprit) INTO culprits, repairs
                FROM (SELECT others.*, bool_or(is_here) OVER () AS some_here FROM ({Others}) AS others) AS found
               WHERE is_here OR NOT some_here;
              RAISE EXCEPTION USING ERRCODE = '{SchemaGuard.Discarded}', HINT = coalesce(repairs, ''),
                MESSAGE = concat({rows}, ' of table {table}: what was written was discarded or changed by ',
                  coalesce(culprits, 'something outside the schema'));
            END;
        """;

    /// <summary>The PL/pgSQL for an update, which fails if a row is not as it should be.</summary>
    // A number of four bytes for each value is enough, and a large table fits into memory.
    public WatchedStatement Update(string column, string to, string where) => new(
        IsNeeded,
        $"""
        SELECT array_agg(wanted_id), array_agg(hashtext(becomes::text)) INTO ids, digests
              FROM (SELECT id AS wanted_id, {column} AS was, {to} AS becomes FROM {schema.Qualify(table)}
             WHERE {where} FOR UPDATE) AS wanted
             WHERE was IS DISTINCT FROM becomes;
        """,
        Require(
            $"unnest(ids, digests) AS wanted (wanted_id, digest) LEFT JOIN {schema.Qualify(table)} AS t ON t.id = wanted_id "
                + $"WHERE t.id IS NULL OR hashtext(t.{column}::text) IS DISTINCT FROM digest"));

    /// <summary>The PL/pgSQL for a deletion, which fails if a row is still there.</summary>
    public WatchedStatement Delete(string where) => new(
        IsNeeded,
        $"""
        SELECT array_agg(wanted_id) INTO ids FROM (SELECT id AS wanted_id FROM {schema.Qualify(table)} WHERE {where} FOR UPDATE) AS wanted;
        """,
        Require($"{schema.Qualify(table)} WHERE id = ANY (ids)"));

    private string Require(string lost) =>
        $"""
        SELECT count(*) INTO rows_lost FROM {lost};
            IF rows_lost > 0 THEN
              {Fail("rows_lost, CASE rows_lost WHEN 1 THEN ' row' ELSE ' rows' END")}
            END IF;
        """;
}

/// <summary>What comes before and after a statement where something could discard what it writes.</summary>
/// <param name="IsNeeded">Whether there is such a thing, as an SQL expression.</param>
/// <param name="Before">The PL/pgSQL before the statement.</param>
/// <param name="After">The PL/pgSQL after it.</param>
internal sealed record WatchedStatement(string IsNeeded, string Before, string After);
