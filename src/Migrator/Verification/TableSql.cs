using Migrations.Dsl;
using Migrations.Model;

namespace Migrator.Verification;

/// <summary>The statements that make what is missing.</summary>
internal static class TableSql
{
    /// <summary>A whole table, with its indexes and triggers.</summary>
    public static string Create(TableModel table, SchemaModel model, GatewaySchema schema)
    {
        var lines = table.Columns.Values.Select(Column)
            .Concat(table.Constraints.Values.Select(c => $"CONSTRAINT {Sql.Identifier(c.Name)} {Definition(c, schema)}"));
        var sequences = model.Sequences.Where(s => s.Value.Table == table.Name)
            .Select(s => $"ALTER SEQUENCE {schema.Qualify(s.Key)} AS {s.Value.Type}");
        return string.Join(";\n",
        [
            $"CREATE TABLE {schema.Qualify(table.Name)} (\n  {string.Join(",\n  ", lines)})",
            .. sequences,
            .. table.Indexes.Values.Select(i => i.Definition(schema.Qualify(table.Name))),
            .. table.Triggers.Values.Select(t => Create(table, t, schema)),
        ]);
    }

    /// <summary>A column, as CREATE TABLE and ADD COLUMN have it.</summary>
    public static string Column(ColumnModel column) => column switch
    {
        { IsCounter: true } => $"{Sql.Identifier(column.Name)} {(column.Type == "bigint" ? "bigserial" : "serial")}",
        _ => $"{Sql.Identifier(column.Name)} {column.Type}{(column.IsNullable ? "" : " NOT NULL")}"
            + (column.Default is null or ColumnModel.DefaultWorkspace ? "" : $" DEFAULT {column.Default}"),
    };

    /// <summary>A default; null where it is another one in each database.</summary>
    public static string? DefaultOf(ColumnModel column, GatewaySchema schema) => column switch
    {
        { Default: ColumnModel.DefaultWorkspace } => null,
        { IsCounter: true } => column.Default!.Replace(
            "nextval('", $"nextval({Sql.Literal(schema.Identifier)[..^1]}.", StringComparison.Ordinal),
        _ => column.Default,
    };

    /// <summary>A constraint.</summary>
    public static string Add(TableModel table, ConstraintModel constraint, GatewaySchema schema) =>
        $"ALTER TABLE {schema.Qualify(table.Name)} ADD CONSTRAINT {Sql.Identifier(constraint.Name)} {Definition(constraint, schema)}";

    /// <summary>A trigger. PROCEDURE, not FUNCTION: PostgreSQL 10 knows only the former, and every later version takes both.</summary>
    public static string Create(TableModel table, TriggerModel trigger, GatewaySchema schema) =>
        trigger.Definition(schema.Qualify(table.Name), schema.Qualify(trigger.Function))
            .Replace(" EXECUTE FUNCTION ", " EXECUTE PROCEDURE ", StringComparison.Ordinal);

    private static string Definition(ConstraintModel constraint, GatewaySchema schema) => constraint.References is { } table
        ? constraint.Definition.Replace($" REFERENCES {table}(", $" REFERENCES {schema.Qualify(table)}(", StringComparison.Ordinal)
        : constraint.Definition;
}
