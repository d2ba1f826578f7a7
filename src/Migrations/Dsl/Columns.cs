using FluentMigrator.Builders.Execute;
using FluentMigrator.Expressions;

namespace Migrations.Dsl;

/// <summary>
/// Changes to a column that exists. <c>Alter.Column</c> always states the type again, which takes a lock it does not need and fails on a
/// column that a trigger names.
/// </summary>
public sealed class Columns(ICollection<IMigrationExpression> expressions, IExecuteExpressionRoot execute, GatewaySchema schema)
{
    /// <summary>Changes the default for rows to come.</summary>
    public void SetDefault(string table, string column, object value) =>
        expressions.Add(new AlterDefaultConstraintExpression { TableName = table, ColumnName = column, DefaultValue = value });

    /// <summary>Forbids NULL; every row must have a value by now.</summary>
    public void SetNotNull(string table, string column) =>
        execute.Sql($"""ALTER TABLE {schema.Qualify(table)} ALTER "{column}" SET NOT NULL""");
}
