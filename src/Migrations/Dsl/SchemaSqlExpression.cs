using FluentMigrator;
using FluentMigrator.Expressions;
using Migrations.Model;

namespace Migrations.Dsl;

/// <summary>One SQL statement for which FluentMigrator has no expression, together with its schema changes.</summary>
/// <param name="sql">The statement.</param>
/// <param name="changes">The changes that the statement makes.</param>
public sealed class SchemaSqlExpression(string sql, params SchemaChange[] changes) : MigrationExpressionBase
{
    /// <summary>The changes that the statement makes.</summary>
    public IReadOnlyList<SchemaChange> Changes => changes;

    /// <inheritdoc />
    public override void ExecuteWith(IMigrationProcessor processor) => processor.Execute(sql);
}
