using Migrations.Dsl;
using Migrations.Model;

namespace Migrator.Verification;

/// <summary>Holds the columns, constraints, indexes and triggers of one table against those that are expected.</summary>
/// <param name="table">The table as it is expected.</param>
/// <param name="live">The schema as it is.</param>
/// <param name="schema">The gateway's schema.</param>
internal sealed class PartComparison(TableModel table, LiveSchema live, GatewaySchema schema)
{
    private readonly PrintedSql printed = new(live.Prefix);
    private readonly string name = schema.Qualify(table.Name);

    /// <summary>The differences.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>What is on the table and not the gateway's.</summary>
    public List<string> Others { get; } = [];

    /// <summary>Compares.</summary>
    public void Compare()
    {
        CompareColumns();
        CompareParts("constraint", LiveKind.Constraint, table.Constraints, c => c.Definition, c => TableSql.Add(table, c, schema), Order,
            part => $"ALTER TABLE {name} DROP CONSTRAINT {Sql.Identifier(part)}");
        CompareParts("index", LiveKind.Index, table.Indexes, i => i.Definition(table.Name), i => i.Definition(name), _ => RepairOrder.Index,
            part => $"DROP INDEX {schema.Qualify(part)}");
        CompareParts("trigger", LiveKind.Trigger, table.Triggers, t => t.Definition(table.Name, t.Function),
            t => TableSql.Create(table, t, schema), _ => RepairOrder.Trigger, part => $"DROP TRIGGER {Sql.Identifier(part)} ON {name}");
    }

    private void CompareColumns()
    {
        var columns = live.PartsOf(table.Name, LiveKind.Column);
        foreach (var column in table.Columns.Values)
        {
            if (columns.Remove(column.Name, out var found))
            {
                Compare(column, found);
            }
            else
            {
                Report(
                    DifferenceKind.Missing, $"{table.Name}.{column.Name}", "the column is missing", $"ALTER TABLE {name} ADD COLUMN "
                        + TableSql.Column(column), RepairOrder.Column);
            }
        }

        foreach (var extra in columns.Values)
        {
            if (GatewayNames.All.Has(table.Name, extra.Name))
            {
                Report(
                    DifferenceKind.Extra, $"{table.Name}.{extra.Name}", "the column is not the gateway's at this point of its migrations",
                    $"ALTER TABLE {name} DROP COLUMN {Sql.Identifier(extra.Name)}", RepairOrder.Drop);
            }
            else if (extra is { IsNullable: false, Detail: null })
            {
                Report(
                    DifferenceKind.Extra, $"{table.Name}.{extra.Name}",
                    "the column is not the gateway's, and as it is NOT NULL without a default, the gateway can add no row",
                    $"ALTER TABLE {name} ALTER COLUMN {Sql.Identifier(extra.Name)} DROP NOT NULL", RepairOrder.Column);
            }
            else
            {
                Others.Add($"column {table.Name}.{extra.Name}");
            }
        }
    }

    private void Compare(ColumnModel column, LiveObject found)
    {
        var (what, alter) = ($"{table.Name}.{column.Name}", $"ALTER TABLE {name} ALTER COLUMN {Sql.Identifier(column.Name)}");
        if (found.Definition != column.Type)
        {
            Report(
                DifferenceKind.Changed, what, $"the type is {found.Definition}, not {column.Type}",
                $"{alter} TYPE {column.Type} USING {Sql.Identifier(column.Name)}::{column.Type}", RepairOrder.Column);
        }

        if (found.IsNullable != column.IsNullable)
        {
            Report(
                DifferenceKind.Changed, what, column.IsNullable ? "NULL is not allowed" : "NULL is allowed",
                $"{alter} {(column.IsNullable ? "DROP" : "SET")} NOT NULL", RepairOrder.Column);
        }

        var (wanted, is_) = (column.Default, found.Detail is { } text ? printed.Plain(text) : null);
        if (wanted == ColumnModel.DefaultWorkspace ? !PrintedSql.IsUuid(is_) : wanted != is_)
        {
            Report(
                DifferenceKind.Changed, what,
                wanted is null ? $"the default is {is_}, and there is to be none"
                    : $"the default is {is_ ?? "missing"}{(wanted == ColumnModel.DefaultWorkspace ? "" : $", not {wanted}")}",
                wanted is null ? $"{alter} DROP DEFAULT"
                    : TableSql.DefaultOf(column, schema) is { } value ? $"{alter} SET DEFAULT {value}" : null,
                RepairOrder.Column);
        }
    }

    private void CompareParts<T>(
        string kind, LiveKind liveKind, IDictionary<string, T> expected, Func<T, string> define, Func<T, string> create,
        Func<T, RepairOrder> order, Func<string, string> drop)
    {
        var parts = live.PartsOf(table.Name, liveKind);
        foreach (var (part, model) in expected)
        {
            var definition = define(model);
            var what = $"{table.Name}{ColumnOf(definition)}";
            if (!parts.Remove(part, out var found))
            {
                Report(DifferenceKind.Missing, what, $"{kind} {part} is missing", create(model), order(model));
            }
            else if (printed.Plain(found.Definition) is var is_ && is_ != definition)
            {
                Report(
                    DifferenceKind.Changed, what, $"{kind} {part} is another one: {is_}, not {definition}",
                    $"{drop(part)};\n{create(model)}", order(model));
            }
            else if (found.Detail is { } flaw)
            {
                Report(
                    DifferenceKind.Changed, what, $"{kind} {part}: {flaw}",
                    liveKind == LiveKind.Trigger ? $"ALTER TABLE {name} ENABLE TRIGGER {Sql.Identifier(part)}"
                        : $"REINDEX INDEX {schema.Qualify(part)}",
                    order(model));
            }
        }

        foreach (var extra in parts.Keys)
        {
            if (GatewayNames.All.Has(table.Name, extra))
            {
                Report(
                    DifferenceKind.Extra, table.Name, $"{kind} {extra} is not the gateway's at this point of its migrations", drop(extra),
                    RepairOrder.Drop);
            }
            else
            {
                Others.Add($"{kind} {extra} of table {table.Name}");
            }
        }
    }

    /// <summary>A dot and the column, where a definition is about one column.</summary>
    private string ColumnOf(string definition)
    {
        var begin = definition.IndexOf('(', StringComparison.Ordinal) + 1;
        var end = definition.IndexOf(')', StringComparison.Ordinal);
        return begin > 0 && end > begin && table.Columns.ContainsKey(definition[begin..end].Trim('"'))
            ? "." + definition[begin..end].Trim('"') : "";
    }

    private static RepairOrder Order(ConstraintModel constraint) => constraint.HasIndex ? RepairOrder.Key : RepairOrder.ForeignKey;

    private void Report(DifferenceKind kind, string what, string text, string? repairSql, RepairOrder order) =>
        Differences.Add(new Difference(kind, what, text, repairSql) { Order = order });
}
