using FluentMigrator;
using FluentMigrator.Expressions;
using Migrations.Model;

namespace Migrations.Dsl;

/// <summary>One SQL statement, for what FluentMigrator has no words for, with the change of the schema that it makes.</summary>
/// <param name="sql">The statement.</param>
/// <param name="changes">What it changes.</param>
public sealed class SchemaSqlExpression(string sql, params SchemaChange[] changes) : MigrationExpressionBase
{
    /// <summary>What the statement changes.</summary>
    public IReadOnlyList<SchemaChange> Changes => changes;

    /// <inheritdoc />
    public override void ExecuteWith(IMigrationProcessor processor) => processor.Execute(sql);
}
