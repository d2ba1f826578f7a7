using FluentMigrator.Builders.Execute;
using FluentMigrator.Expressions;

namespace Migrations.Dsl;

/// <summary>Changes to an existing column.</summary>
/// <remarks>
/// FluentMigrator's <c>Alter.Column</c> always repeats the type, which takes an unnecessary lock and fails on a column that a trigger
/// definition names.
/// </remarks>
public sealed class Columns(ICollection<IMigrationExpression> expressions, IExecuteExpressionRoot execute, GatewaySchema schema)
{
    /// <summary>Changes the default for new rows.</summary>
    public void SetDefault(string table, string column, object value) =>
        expressions.Add(new AlterDefaultConstraintExpression { TableName = table, ColumnName = column, DefaultValue = value });

    /// <summary>Forbids NULL. Every row must have a value already.</summary>
    public void SetNotNull(string table, string column) =>
        execute.Sql($"""ALTER TABLE {schema.Qualify(table)} ALTER "{column}" SET NOT NULL""");
}
