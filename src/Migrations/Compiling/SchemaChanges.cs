using System.Data;
using FluentMigrator;
using FluentMigrator.Expressions;
using FluentMigrator.Model;
using FluentMigrator.Postgres;
using Migrations.Model;

namespace Migrations.Compiling;

/// <summary>Derives schema changes from expressions, with names and definitions as PostgreSQL prints them afterwards.</summary>
internal static class SchemaChanges
{
    /// <summary>The changes of one expression.</summary>
    /// <exception cref="NotSupportedException">The expression, or a type or default in it, is not supported.</exception>
    public static IReadOnlyList<SchemaChange> Of(IMigrationExpression expression) => expression switch
    {
        SchemaSqlExpression sql => sql.Changes,
        RewriteRowsExpression rewrite => rewrite.Rewritten is { } table ? [new RowsRewritten(table)] : [],
        CreateTableExpression e => [new TableCreated(e.TableName, [.. e.Columns.Select(c => Column(e.TableName, c))], Constraints(e))],
        DeleteTableExpression e => [new TableDropped(e.TableName)],
        CreateColumnExpression e =>
            [new ColumnAdded(e.TableName, Column(e.TableName, e.Column), [.. TableKeys.Of(e.Column).Select(k => Key(e.TableName, k))])],
        DeleteColumnExpression e => [.. e.ColumnNames.Select(c => new ColumnDropped(e.TableName, c))],
        AlterColumnExpression e => [new ColumnTypeChanged(e.TableName, e.Column.Name, Type(e.Column))],
        AlterDefaultConstraintExpression e => [new DefaultChanged(e.TableName, e.ColumnName, Default(e.DefaultValue, "text"))],
        DeleteDefaultConstraintExpression e => [new DefaultChanged(e.TableName, e.ColumnName, Default: null)],
        CreateConstraintExpression { Constraint: { IsUniqueConstraint: true } c } =>
            [new ConstraintAdded(c.TableName, new ConstraintModel(c.ConstraintName, $"UNIQUE {List(c.Columns)}"))],
        DeleteConstraintExpression e => [new ConstraintDropped(e.Constraint.TableName, e.Constraint.ConstraintName)],
        CreateForeignKeyExpression e => [new ConstraintAdded(e.ForeignKey.ForeignTable, Foreign(e.ForeignKey))],
        DeleteForeignKeyExpression e => [new ConstraintDropped(e.ForeignKey.ForeignTable, e.ForeignKey.Name)],
        CreateIndexExpression e => [new IndexCreated(e.Index.TableName, Index(e.Index))],
        DeleteIndexExpression e => [new IndexDropped(e.Index.TableName, e.Index.Name)],
        InsertDataExpression e => [new RowsInserted(e.TableName)],

        // The collector throws for it, with the reason.
        PerformDBOperationExpression => [],
        _ => throw new NotSupportedException($"{expression.GetType().Name} is an expression whose change of the schema is not known."),
    };

    private static ColumnModel Column(string table, ColumnDefinition column) => new(
        column.Name,
        Type(column),
        IsNullable: column is { IsPrimaryKey: false, IsIdentity: false } && column.IsNullable is not false,
        column.IsIdentity ? $"nextval('{table}_{column.Name}_seq'::regclass)" : Default(column.DefaultValue, Type(column)));

    private static string Type(ColumnDefinition column) => column.Type switch
    {
        null => column.CustomType,
        DbType.Guid => "uuid",
        DbType.String or DbType.AnsiString => "text",
        DbType.Int16 => "smallint",
        DbType.Int32 => "integer",
        DbType.Int64 => "bigint",
        DbType.Boolean => "boolean",
        DbType.DateTime => "timestamp without time zone",
        DbType.DateTimeOffset => "timestamp with time zone",
        _ => throw new NotSupportedException($"{column.Name} has a type that is not known here: {column.Type}."),
    };

    private static string? Default(object? value, string type) => value switch
    {
        null or ColumnDefinition.UndefinedDefaultValue => null,
        bool isOn => isOn ? "true" : "false",
        string text => $"{Sql.Literal(text)}::{type}",
        RawSql sql => sql.Value.Replace("'UTC'", "'UTC'::text", StringComparison.Ordinal),
        _ => throw new NotSupportedException($"A default that is not known here: {value}."),
    };

    private static IReadOnlyList<ConstraintModel> Constraints(CreateTableExpression table)
    {
        var primary = table.Columns.Where(c => c.IsPrimaryKey).Select(c => c.Name).ToList();
        return
        [
            .. primary.Count == 0 ? []
                : new[] { new ConstraintModel($"{table.TableName}_pkey", $"PRIMARY KEY {List(primary)}") },
            .. table.Columns.SelectMany(TableKeys.Of).Select(k => Key(table.TableName, k)),
        ];
    }

    private static ConstraintModel Key(string table, TableKey key) => key switch
    {
        UniqueTableKey unique => new($"{table}_{string.Join('_', unique.Columns)}_key", $"UNIQUE {List(unique.Columns)}"),
        ForeignTableKey foreign => Foreign(
            $"{table}_{foreign.Column}_fkey", [foreign.Column], foreign.Table, [foreign.Key], foreign.OnDelete),
        TableCheck check => new($"{table}_{check.Condition.Split(' ')[0]}_check", $"CHECK (({check.Condition}))"),
        _ => throw new NotSupportedException($"A key that is not known here: {key}."),
    };

    private static ConstraintModel Foreign(ForeignKeyDefinition key) =>
        Foreign(key.Name, key.ForeignColumns, key.PrimaryTable, key.PrimaryColumns, key.OnDelete);

    private static ConstraintModel Foreign(
        string name, IEnumerable<string> columns, string table, IEnumerable<string> keys, Rule onDelete) =>
        new(name, $"FOREIGN KEY {List(columns)} REFERENCES {table}{List(keys)}{(onDelete == Rule.Cascade ? " ON DELETE CASCADE" : "")}",
            table);

    private static IndexModel Index(IndexDefinition index) => new(
        index.Name,
        List(index.Columns.Select(c => c.Name)),
        index.IsUnique,
        index.AdditionalFeatures.TryGetValue(PostgresExtensions.IndexAlgorithm, out var algorithm)
            && algorithm is PostgresIndexAlgorithmDefinition { Algorithm: Algorithm.Gin } ? "gin" : "btree");

    private static string List(IEnumerable<string> columns) => $"({string.Join(", ", columns.Select(Sql.PlainIdentifier))})";
}
