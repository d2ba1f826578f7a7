using FluentMigrator.Expressions;
using FluentMigrator.Model;
using FluentMigrator.Runner;
using FluentMigrator.Runner.Generators;
using FluentMigrator.Runner.Generators.Postgres;
using Microsoft.Extensions.Options;
using Migrations.Dsl;

namespace Migrations.Compiling;

/// <summary>
/// FluentMigrator's SQL for PostgreSQL, made to accept what is there already: a migration that Kong did but had not recorded yet when it
/// was killed does no harm when it is done again. Keys are written inside the table (see <see cref="TableKey"/>).
/// </summary>
/// <param name="schema">The schema of the gateway's tables.</param>
/// <param name="isFresh">
/// The database is just being made. A table that is there already then is somebody else's, and must not be taken for Kong's.
/// </param>
internal sealed class KongSqlGenerator(GatewaySchema schema, bool isFresh) : PostgresGenerator(
    new GatewayQuoter(schema), new OptionsWrapper<GeneratorOptions>(new GeneratorOptions { CompatibilityMode = CompatibilityMode.STRICT }))
{
    public override string CreateTable => isFresh ? base.CreateTable : "CREATE TABLE IF NOT EXISTS {0} ({1})";

    public override string DropTable => "DROP TABLE IF EXISTS {0}";

    public override string AddColumn => "ALTER TABLE {0} ADD COLUMN IF NOT EXISTS {1}";

    public override string DropColumn => "ALTER TABLE {0} DROP COLUMN IF EXISTS {1}";

    public override bool IsAdditionalFeatureSupported(string feature) =>
        feature == TableKey.Feature || base.IsAdditionalFeatureSupported(feature);

    public override string Generate(CreateTableExpression expression)
    {
        var keys = expression.Columns.SelectMany(TableKeys.Of).Select(Write).ToList();
        var table = base.Generate(expression);
        return keys.Count == 0 ? table : $"{table[..table.LastIndexOf(')')]}, {string.Join(", ", keys)})";
    }

    public override string Generate(CreateColumnExpression expression)
    {
        var column = base.Generate(expression).TrimEnd(';');
        var keys = TableKeys.Of(expression.Column).Select(WriteInline).ToList();
        var sql = string.Join(' ', [column, .. keys]);
        return isFresh || keys.Count == 0 ? sql : UnlessColumnIsThere(expression.TableName, expression.Column.Name, sql);
    }

    public override string Generate(CreateIndexExpression expression)
    {
        var index = base.Generate(expression);
        return isFresh ? index : IfColumnsAreThere(expression.Index, ReplaceFirst(index, " INDEX ", " INDEX IF NOT EXISTS "));
    }

    public override string Generate(DeleteIndexExpression expression) =>
        ReplaceFirst(base.Generate(expression), "DROP INDEX ", "DROP INDEX IF EXISTS ");

    public override string Generate(CreateConstraintExpression expression) =>
        isFresh ? base.Generate(expression)
            : UnlessThere(expression.Constraint.TableName, expression.Constraint.ConstraintName, base.Generate(expression));

    public override string Generate(CreateForeignKeyExpression expression) =>
        isFresh ? base.Generate(expression)
            : UnlessThere(expression.ForeignKey.ForeignTable, expression.ForeignKey.Name, base.Generate(expression));

    public override string Generate(DeleteConstraintExpression expression) =>
        ReplaceFirst(base.Generate(expression), " DROP CONSTRAINT ", " DROP CONSTRAINT IF EXISTS ");

    public override string Generate(DeleteForeignKeyExpression expression) =>
        ReplaceFirst(base.Generate(expression), " DROP CONSTRAINT ", " DROP CONSTRAINT IF EXISTS ");

    public override string Generate(InsertDataExpression expression) => $"{base.Generate(expression).TrimEnd(';')} ON CONFLICT DO NOTHING";

    /// <summary>A later migration may have dropped the column already: plugins.run_on, which 000 makes and 008 drops.</summary>
    private string IfColumnsAreThere(IndexDefinition index, string sql) =>
        $"""
        DO $$
        BEGIN
          IF {index.Columns.Count} = (SELECT count(*) FROM pg_attribute WHERE attrelid = {schema.Regclass(index.TableName)}
              AND NOT attisdropped AND attname IN ({string.Join(", ", index.Columns.Select(c => $"'{c.Name}'"))})) THEN
            {sql}
          END IF;
        END
        $$
        """;

    /// <summary>Up to PostgreSQL 12 ADD COLUMN IF NOT EXISTS adds the keys once more to a column that is there.</summary>
    private string UnlessColumnIsThere(string table, string column, string sql) =>
        $"""
        DO $$
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = {schema.Regclass(table)} AND attname = '{column}' AND NOT attisdropped)
            THEN
            {sql};
          END IF;
        END
        $$
        """;

    /// <summary>ADD CONSTRAINT is the one thing here that has no IF NOT EXISTS of its own.</summary>
    private string UnlessThere(string table, string constraint, string sql) =>
        $"""
        DO $$
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = {schema.Regclass(table)} AND conname = '{constraint}') THEN
            {sql}
          END IF;
        END
        $$
        """;

    private string Write(TableKey key) => key switch
    {
        UniqueTableKey unique => $"UNIQUE ({string.Join(", ", unique.Columns.Select(Quoter.QuoteColumnName))})",
        ForeignTableKey foreign => $"FOREIGN KEY ({Quoter.QuoteColumnName(foreign.Column)}) {WriteInline(foreign)}",
        TableCheck check => $"CHECK ({check.Condition})",
        _ => throw new NotSupportedException($"No SQL for {key}."),
    };

    private string WriteInline(TableKey key) => key switch
    {
        UniqueTableKey => "UNIQUE",
        ForeignTableKey foreign => $"REFERENCES {Quoter.QuoteTableName(foreign.Table)} ({Quoter.QuoteColumnName(foreign.Key)})"
            + Column.FormatCascade("DELETE", foreign.OnDelete),
        _ => throw new NotSupportedException($"No SQL for {key} in ADD COLUMN."),
    };

    private static string ReplaceFirst(string sql, string what, string with)
    {
        var at = sql.IndexOf(what, StringComparison.Ordinal);
        return string.Concat(sql.AsSpan(0, at), with, sql.AsSpan(at + what.Length));
    }
}
