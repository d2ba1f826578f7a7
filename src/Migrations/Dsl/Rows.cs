using FluentMigrator.Expressions;

namespace Migrations.Dsl;

/// <summary>Rewrites of existing rows.</summary>
/// <remarks>
/// They run on the server, in the migration's transaction. One statement changes all rows, so the number of round trips does not grow with
/// the table, and the SQL shows everything that happens.
/// </remarks>
public sealed class Rows(ICollection<IMigrationExpression> expressions)
{
    /// <summary>Rewrites rows with one SQL statement.</summary>
    /// <param name="table">The table whose rows it changes.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="check">A statement that changes nothing and raises the same warnings; null if there are none.</param>
    public void Rewrite(string table, string sql, string? check = null) => expressions.Add(new RewriteRowsExpression(
        sql.StartsWith("DO ", StringComparison.Ordinal) ? sql : RewriteProgress.Counted(sql), table, check));

    /// <summary>Warns of rows that a rewrite cannot convert or from which it removes something. Changes nothing.</summary>
    /// <param name="table">The table whose rows it reads.</param>
    /// <param name="sql">The statement.</param>
    public void Warn(string table, string sql) => expressions.Add(new RewriteRowsExpression(sql, table, sql));
}
