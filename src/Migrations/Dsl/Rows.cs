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
    public void Rewrite(string sql) => expressions.Add(
        new RewriteRowsExpression(sql.StartsWith("DO ", StringComparison.Ordinal) ? sql : RewriteProgress.Counted(sql)));
}
