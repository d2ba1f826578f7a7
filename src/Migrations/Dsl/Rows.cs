using FluentMigrator.Expressions;

namespace Migrations.Dsl;

/// <summary>
/// What migrations do to rows that exist already. It happens on the server, in the migration's transaction, in statements that treat
/// all rows at once: the number of round trips does not grow with the table, and the SQL is the whole truth.
/// </summary>
public sealed class Rows(ICollection<IMigrationExpression> expressions)
{
    /// <summary>Rewrites rows with one SQL statement.</summary>
    public void Rewrite(string sql) => expressions.Add(
        new RewriteRowsExpression(sql.StartsWith("DO ", StringComparison.Ordinal) ? sql : RewriteProgress.Counted(sql)));
}
