namespace Migrations.Dsl;

/// <summary>A rewrite of rows of a table whose triggers could discard it.</summary>
/// <remarks>
/// A trigger of somebody else that runs before a row is written may return NULL or the old row. The ledger would say that the rows were
/// rewritten. Kong has no such triggers; where there is one, what was written is compared with what should have been.
/// </remarks>
internal sealed class WatchedRewrite(GatewaySchema schema, string table)
{
    /// <summary>Whether the table has a trigger that runs before its rows are written, as an SQL expression.</summary>
    // tgtype: 1 for each row, 2 before (pg_trigger.h).
    public string IsNeeded =>
        $"EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {schema.ToRegclass(table)} AND NOT tgisinternal AND tgtype & 3 = 3 "
            + "AND tgenabled <> 'D')";

    /// <summary>The statement that fails the rewrite, in PL/pgSQL.</summary>
    /// <param name="rows">What was not written, as an SQL expression.</param>
    public string Fail(string rows) =>
        $"""
        RAISE EXCEPTION USING ERRCODE = '{SchemaGuard.Discarded}',
              MESSAGE = concat({rows}, ' of table {table}: what was written was discarded or changed by a trigger'),
              HINT = (SELECT string_agg(format('ALTER TABLE %I.%I DISABLE TRIGGER %I;', n.nspname, c.relname, t.tgname), ' ')
                        FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
                       WHERE c.oid = {schema.ToRegclass(table)} AND NOT tgisinternal AND tgtype & 3 = 3 AND tgenabled <> 'D');
        """;

    /// <summary>The PL/pgSQL for an update: sets <c>rows_done</c>, and fails if a row is not as it should be.</summary>
    public WatchedStatement Update(string column, string to, string where) => new(IsNeeded, Compare(
        wanted: $"SELECT id, {column} AS was, {to} AS becomes FROM {schema.Qualify(table)}\n WHERE {where} FOR UPDATE",
        done: $"UPDATE {schema.Qualify(table)} AS t SET {column} = wanted.becomes FROM wanted WHERE t.id = wanted.id "
            + $"RETURNING t.id, t.{column} AS became",
        isLost: "done.became IS DISTINCT FROM wanted.becomes AND wanted.was IS DISTINCT FROM wanted.becomes"));

    /// <summary>The PL/pgSQL for a deletion: sets <c>rows_done</c>, and fails if a row is still there.</summary>
    public WatchedStatement Delete(string where) => new(IsNeeded, Compare(
        wanted: $"SELECT id FROM {schema.Qualify(table)} WHERE {where} FOR UPDATE",
        done: $"DELETE FROM {schema.Qualify(table)} AS t USING wanted WHERE t.id = wanted.id RETURNING t.id",
        isLost: "done.id IS NULL"));

    private string Compare(string wanted, string done, string isLost) =>
        $"""
        WITH wanted AS ({wanted}),
              done AS ({done})
            SELECT count(done.id), count(*) FILTER (WHERE {isLost}) INTO rows_done, rows_lost
              FROM wanted LEFT JOIN done ON done.id = wanted.id;
            IF rows_lost > 0 THEN
              {Fail("rows_lost, CASE rows_lost WHEN 1 THEN ' row' ELSE ' rows' END")}
            END IF;
        """;
}

/// <summary>The statement for a table with triggers that could discard what is written.</summary>
/// <param name="IsNeeded">Whether there are such triggers, as an SQL expression.</param>
/// <param name="Sql">The PL/pgSQL.</param>
internal sealed record WatchedStatement(string IsNeeded, string Sql);
