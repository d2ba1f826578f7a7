using Migrations.Model;

namespace Migrator.Verification;

/// <summary>The statements that make what is missing.</summary>
internal static class TableSql
{
    // PostgreSQL has gen_random_uuid() from version 13 on.
    private const string NewId = "md5(random()::text || clock_timestamp()::text)::uuid";

    /// <summary>A whole table, with its sequences, keys, indexes and triggers.</summary>
    /// <param name="table">The table.</param>
    /// <param name="sequences">The sequences of its columns that are not there either.</param>
    /// <param name="schema">The gateway's schema.</param>
    public static IReadOnlyList<Repair> Create(TableModel table, IEnumerable<string> sequences, GatewaySchema schema)
    {
        var missing = sequences.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. table.Columns.Values.SelectMany(c => CreateSequence(table, c, missing, schema)),
            new(RepairOrder.Table, $"CREATE TABLE {schema.Qualify(table.Name)} (\n  "
                + $"{string.Join(",\n  ", table.Columns.Values.Select(c => Column(c, schema)))})"),
            .. table.Constraints.Values.Select(c => Add(table, c, schema)),
            .. table.Indexes.Values.Select(i => Create(table, i, schema)),
            .. table.Triggers.Values.Select(t => Create(table, t, schema)),
        ];
    }

    /// <summary>A column of a table that is there.</summary>
    public static IEnumerable<Repair> Add(TableModel table, ColumnModel column, IReadOnlySet<string> missing, GatewaySchema schema)
    {
        var alter = $"ALTER TABLE {schema.Qualify(table.Name)}";
        return
        [
            .. CreateSequence(table, column, missing, schema),
            new(RepairOrder.Column, $"{alter} ADD COLUMN {Column(column, schema)}{(IsId(table, column) ? $" DEFAULT {NewId}" : "")}"),
            .. IsId(table, column)
                ? [new(RepairOrder.Column, $"{alter} ALTER COLUMN {Sql.Identifier(column.Name)} DROP DEFAULT")] : Array.Empty<Repair>(),
        ];
    }

    /// <summary>
    /// Whether a column is the id of its rows, which can be generated again: a foreign key refuses references to an old one.
    /// </summary>
    public static bool IsId(TableModel table, ColumnModel column) =>
        column is { Name: "id", Type: "uuid", Default: null } && table.Constraints.Values.Any(c => c.Definition == "PRIMARY KEY (id)");

    /// <summary>The sequence of a column.</summary>
    public static string SequenceOf(TableModel table, ColumnModel column) => $"{table.Name}_{column.Name}_seq";

    /// <summary>Creates the sequence of a column, if it is missing, and connects both.</summary>
    public static IEnumerable<Repair> CreateSequence(
        TableModel table, ColumnModel column, IReadOnlySet<string> missing, GatewaySchema schema)
    {
        if (!column.IsCounter)
        {
            return [];
        }

        var name = SequenceOf(table, column);
        return
        [
            .. missing.Contains(name)
                ? [new(RepairOrder.Sequence, $"CREATE SEQUENCE {schema.Qualify(name)} AS {column.Type}")] : Array.Empty<Repair>(),
            Own(table.Name, column.Name, name, schema),
        ];
    }

    /// <summary>Lets a sequence belong to its column.</summary>
    public static Repair Own(string table, string column, string sequence, GatewaySchema schema) => new(
        RepairOrder.Default,
        $"ALTER SEQUENCE {schema.Qualify(sequence)} OWNED BY {schema.Qualify(table)}.{Sql.Identifier(column)}");

    /// <summary>A default; null where it is another one in each database.</summary>
    public static string? DefaultOf(ColumnModel column, GatewaySchema schema) => column switch
    {
        { Default: ColumnModel.DefaultWorkspace } => null,
        { IsCounter: true } => column.Default!.Replace(
            "nextval('", $"nextval({Sql.Literal(schema.Identifier)[..^1]}.", StringComparison.Ordinal),
        _ => column.Default,
    };

    /// <summary>A constraint.</summary>
    public static Repair Add(TableModel table, ConstraintModel constraint, GatewaySchema schema) => new(
        constraint.HasIndex ? RepairOrder.Key : RepairOrder.ForeignKey,
        $"ALTER TABLE {schema.Qualify(table.Name)} ADD CONSTRAINT {Sql.Identifier(constraint.Name)} {Definition(constraint, schema)}");

    /// <summary>An index.</summary>
    public static Repair Create(TableModel table, IndexModel index, GatewaySchema schema) =>
        new(RepairOrder.Index, index.Definition(schema.Qualify(table.Name)));

    /// <summary>A trigger. PROCEDURE, not FUNCTION: PostgreSQL 10 knows only the former, and every later version takes both.</summary>
    public static Repair Create(TableModel table, TriggerModel trigger, GatewaySchema schema) => new(
        RepairOrder.Trigger,
        trigger.Definition(schema.Qualify(table.Name), schema.Qualify(trigger.Function))
            .Replace(" EXECUTE FUNCTION ", " EXECUTE PROCEDURE ", StringComparison.Ordinal));

    private static string Column(ColumnModel column, GatewaySchema schema) =>
        $"{Sql.Identifier(column.Name)} {column.Type}{(column.IsNullable ? "" : " NOT NULL")}"
            + (DefaultOf(column, schema) is { } value ? $" DEFAULT {value}" : "");

    private static string Definition(ConstraintModel constraint, GatewaySchema schema) => constraint.References is { } table
        ? constraint.Definition.Replace($" REFERENCES {table}(", $" REFERENCES {schema.Qualify(table)}(", StringComparison.Ordinal)
        : constraint.Definition;
}
