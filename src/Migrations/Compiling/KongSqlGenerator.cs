using FluentMigrator.Expressions;
using FluentMigrator.Model;
using FluentMigrator.Runner;
using FluentMigrator.Runner.Generators;
using FluentMigrator.Runner.Generators.Postgres;
using Microsoft.Extensions.Options;

namespace Migrations.Compiling;

/// <summary>FluentMigrator's SQL for PostgreSQL, changed to accept objects that exist already.</summary>
/// <remarks>
/// A Kong that was killed may have executed a migration without recording it: running it again must do no harm. Keys are written inside
/// the table (see <see cref="TableKey"/>).
/// </remarks>
/// <param name="schema">The schema of the gateway's tables.</param>
/// <param name="isFresh">
/// Whether the database is being bootstrapped. A table that exists already then is not Kong's, and CREATE TABLE must fail.
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
        return isFresh || keys.Count == 0 ? sql : UnlessColumnExists(expression.TableName, expression.Column.Name, sql);
    }

    public override string Generate(CreateIndexExpression expression)
    {
        var index = base.Generate(expression);
        return isFresh ? index : IfColumnsExist(expression.Index, ReplaceFirst(index, " INDEX ", " INDEX IF NOT EXISTS "));
    }

    public override string Generate(DeleteIndexExpression expression) =>
        ReplaceFirst(base.Generate(expression), "DROP INDEX ", "DROP INDEX IF EXISTS ");

    public override string Generate(CreateConstraintExpression expression) =>
        isFresh ? base.Generate(expression)
            : UnlessConstraintExists(expression.Constraint.TableName, expression.Constraint.ConstraintName, base.Generate(expression));

    public override string Generate(CreateForeignKeyExpression expression) =>
        isFresh ? base.Generate(expression)
            : UnlessConstraintExists(expression.ForeignKey.ForeignTable, expression.ForeignKey.Name, base.Generate(expression));

    public override string Generate(DeleteConstraintExpression expression) =>
        ReplaceFirst(base.Generate(expression), " DROP CONSTRAINT ", " DROP CONSTRAINT IF EXISTS ");

    public override string Generate(DeleteForeignKeyExpression expression) =>
        ReplaceFirst(base.Generate(expression), " DROP CONSTRAINT ", " DROP CONSTRAINT IF EXISTS ");

    public override string Generate(InsertDataExpression expression) => $"{base.Generate(expression).TrimEnd(';')} ON CONFLICT DO NOTHING";

    /// <summary>Creates an index only if its columns exist.</summary>
    /// <remarks>A later migration may have dropped a column already: 000 creates plugins.run_on, 008 drops it.</remarks>
    private string IfColumnsExist(IndexDefinition index, string sql) =>
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

    /// <summary>Adds a column with keys unless the column exists.</summary>
    /// <remarks>Up to PostgreSQL 12, ADD COLUMN IF NOT EXISTS adds the keys again to a column that exists already.</remarks>
    private string UnlessColumnExists(string table, string column, string sql) =>
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

    /// <summary>Adds a constraint unless it exists: ADD CONSTRAINT has no IF NOT EXISTS.</summary>
    private string UnlessConstraintExists(string table, string constraint, string sql) =>
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
