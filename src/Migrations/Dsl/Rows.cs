using FluentMigrator.Expressions;

namespace Migrations.Dsl;

/// <summary>Rewrites of existing rows.</summary>
/// <remarks>
/// They run on the server, in the migration's transaction. One statement changes all rows, so the number of round trips does not grow with
/// the table, and the SQL shows everything that happens.
/// </remarks>
public sealed class Rows(ICollection<IMigrationExpression> expressions, GatewaySchema schema)
{
    /// <summary>Updates a column of rows that have a column <c>id</c>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="to">The new value, as an SQL expression.</param>
    /// <param name="where">Which rows, as an SQL condition.</param>
    public void Update(string table, string column, string to, string where) => Rewrite(
        table, where, RewriteProgress.Counted(
            $"UPDATE {schema.Qualify(table)} SET {column} = {to}\n WHERE {where}",
            new WatchedRewrite(schema, table).Update(column, to, where)));

    /// <summary>Deletes rows of a table that has a column <c>id</c>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="where">Which rows, as an SQL condition.</param>
    public void Delete(string table, string where) => Rewrite(
        table, where, RewriteProgress.Counted(
            $"DELETE FROM {schema.Qualify(table)} WHERE {where}", new WatchedRewrite(schema, table).Delete(where)));

    /// <summary>Rewrites rows with one SQL statement, which sees to it that no trigger discards what it writes.</summary>
    /// <param name="table">The table whose rows it changes.</param>
    /// <param name="where">
    /// Which rows it may change or delete, as an SQL condition, for --save-rows; null if it only inserts. It may include other rows.
    /// </param>
    /// <param name="sql">The statement.</param>
    /// <param name="check">A statement that changes nothing and raises the same warnings; null if there are none.</param>
    public void Rewrite(string table, string? where, string sql, string? check = null) => expressions.Add(new RewriteRowsExpression(
        sql, table, check)
    {
        Old = where is null ? null : new OldRows(table, where),
    });

    /// <summary>Warns of rows that a rewrite cannot convert, or that are lost. Changes nothing.</summary>
    /// <param name="table">The table whose rows it reads.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="lost">Which rows are lost, as an SQL condition, for --save-rows; null if none is.</param>
    public void Warn(string table, string sql, string? lost = null) => expressions.Add(new RewriteRowsExpression(sql, table, sql)
    {
        Old = lost is null ? null : new OldRows(table, lost),
    });
}
