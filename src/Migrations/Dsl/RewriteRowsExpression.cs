using FluentMigrator;
using FluentMigrator.Expressions;

namespace Migrations.Dsl;

/// <summary>One statement that rewrites rows.</summary>
/// <remarks>It is separate from schema changes because it must run only once, and is left out of a bootstrap, which has no rows.</remarks>
/// <param name="sql">The statement.</param>
public sealed class RewriteRowsExpression(string sql) : MigrationExpressionBase
{
    /// <inheritdoc />
    public override void ExecuteWith(IMigrationProcessor processor)
    {
        if (processor is not IRowRewriter rewriter)
        {
            throw new NotSupportedException($"{processor.GetType().Name} cannot tell a rewrite of rows from a change of the schema.");
        }

        rewriter.RewriteRows(sql);
    }
}

/// <summary>A processor that handles rewrites of rows separately from schema changes.</summary>
public interface IRowRewriter
{
    /// <summary>Processes a statement that rewrites rows.</summary>
    void RewriteRows(string sql);
}
