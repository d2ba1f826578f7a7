using FluentMigrator;
using FluentMigrator.Expressions;

namespace Migrations.Dsl;

/// <summary>One statement that rewrites rows.</summary>
/// <remarks>It is separate from schema changes because it must run only once, and is left out of a bootstrap, which has no rows.</remarks>
/// <param name="sql">The statement.</param>
/// <param name="table">The table of the rows that it changes or warns of.</param>
/// <param name="check">A statement that changes nothing and raises the same warnings; null if there are none.</param>
public sealed class RewriteRowsExpression(string sql, string table, string? check) : MigrationExpressionBase
{
    /// <summary>The table whose rows the statement changes; null if it only warns.</summary>
    public string? Rewritten => check == sql ? null : table;

    /// <summary>A statement that changes nothing and raises the same warnings; null if there are none.</summary>
    public string? Check => check;

    /// <summary>The rows as they are before it; null if it only inserts or warns.</summary>
    public OldRows? Old { get; init; }

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
