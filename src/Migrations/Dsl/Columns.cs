using FluentMigrator.Expressions;
using Migrations.Model;

namespace Migrations.Dsl;

/// <summary>Changes to an existing column.</summary>
/// <remarks>
/// FluentMigrator's <c>Alter.Column</c> always repeats the type, which takes an unnecessary lock and fails on a column that a trigger
/// definition names.
/// </remarks>
public sealed class Columns(ICollection<IMigrationExpression> expressions, GatewaySchema schema)
{
    /// <summary>Changes the default for new rows.</summary>
    public void SetDefault(string table, string column, object value) =>
        expressions.Add(new AlterDefaultConstraintExpression { TableName = table, ColumnName = column, DefaultValue = value });

    /// <summary>Forbids NULL. Every row must have a value already.</summary>
    public void SetNotNull(string table, string column) =>
        expressions.Add(new SchemaSqlExpression(
            $"""ALTER TABLE {schema.Qualify(table)} ALTER "{column}" SET NOT NULL""", new NotNullSet(table, column)));

    /// <summary>Changes the type of the sequence of a column.</summary>
    public void SetSequenceType(string table, string column, string type) => expressions.Add(new SchemaSqlExpression(
        $"ALTER SEQUENCE {schema.Qualify($"{table}_{column}_seq")} AS {type}",
        new SequenceTypeChanged(table, $"{table}_{column}_seq", type)));

    /// <summary>Creates an index on a column or an expression if the column exists. FluentMigrator cannot index expressions.</summary>
    /// <param name="name">Kong's name of the index.</param>
    /// <param name="table">The table.</param>
    /// <param name="expression">The column or expression, as PostgreSQL prints it.</param>
    /// <param name="column">The column in the expression.</param>
    public void Index(string name, string table, string expression, string column) => expressions.Add(new SchemaSqlExpression(
        $"""
        DO $$
        BEGIN
          IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = {schema.Regclass(table)} AND attname = '{column}' AND NOT attisdropped) THEN
            CREATE INDEX IF NOT EXISTS {name} ON {schema.Qualify(table)} ({expression});
          END IF;
        END
        $$
        """,
        new IndexCreated(table, new IndexModel(name, $"({expression})"))));
}
