using Migrations.Model;

namespace Migrator.Verification;

/// <summary>Compares the columns, constraints, indexes, triggers and rules of one table with those that are expected.</summary>
/// <param name="table">The table as it is expected.</param>
/// <param name="expected">The whole schema as it is expected.</param>
/// <param name="live">The schema as it is.</param>
/// <param name="schema">The gateway's schema.</param>
/// <param name="early">What migrations make that the ledger does not record.</param>
internal sealed class PartComparison(
    TableModel table, SchemaModel expected, LiveSchema live, GatewaySchema schema,
    IReadOnlyDictionary<(string Table, string? Part), string> early)
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
        CompareParts("constraint", LiveKind.Constraint,
            table.Constraints.Values.Select(c => new Part(c.Name, c.Definition, TableSql.Add(table, c, schema), c.HasIndex)));
        CompareParts("index", LiveKind.Index, table.Indexes.Values.Select(i => new Part(
            i.Name,
            i.Definition(table.Name).Replace($" INDEX {i.Name} ON ", " INDEX ON ", StringComparison.Ordinal),
            TableSql.Create(table, i, schema),
            HasIndex: true)));
        CompareParts("trigger", LiveKind.Trigger, table.Triggers.Values.Select(t => new Part(
            t.Name,
            t.Definition(table.Name, t.Function).Replace($" TRIGGER {t.Name} ", " TRIGGER ", StringComparison.Ordinal),
            TableSql.Create(table, t, schema))));
        foreach (var rule in live.PartsOf(table.Name, LiveKind.Rule).Keys)
        {
            Report(
                DifferenceKind.Extra, table.Name, $"rule {rule} changes what the gateway's statements do; the gateway has no rules",
                new Repair(RepairOrder.DropPart, $"DROP RULE {Sql.Identifier(rule)} ON {name}"));
        }
    }

    private void CompareColumns()
    {
        var columns = live.PartsOf(table.Name, LiveKind.Column);
        foreach (var column in table.Columns.Values)
        {
            if (columns.Remove(column.Name, out var found))
            {
                CompareType(column, found);
                CompareDefault(column, found);
            }
            else
            {
                Report(
                    DifferenceKind.Missing, $"{table.Name}.{column.Name}",
                    "the column is missing" + (TableSql.IsId(table, column) ? "; the SQL gives each row a new id" : ""),
                    [.. TableSql.Add(table, column, live.MissingSequences(expected), schema)]);
            }
        }

        foreach (var extra in columns.Values)
        {
            if (GatewayNames.All.Has(table.Name, extra.Name))
            {
                Differences.Add(Difference.Extra(
                    $"{table.Name}.{extra.Name}", "the column", early.GetValueOrDefault((table.Name, extra.Name)),
                    [
                        Repair.DropEmpty(
                            RepairOrder.DropColumn, $"column {table.Name}.{extra.Name}", name, $"{Sql.Identifier(extra.Name)} IS NOT NULL",
                            $"ALTER TABLE {name} DROP COLUMN {Sql.Identifier(extra.Name)}"),
                    ]));
            }
            else if (extra is { IsNullable: false, Detail: null })
            {
                Report(
                    DifferenceKind.Extra, $"{table.Name}.{extra.Name}",
                    "the column is not the gateway's, and as it is NOT NULL without a default, the gateway can add no row",
                    new Repair(RepairOrder.Column, $"ALTER TABLE {name} ALTER COLUMN {Sql.Identifier(extra.Name)} DROP NOT NULL"));
            }
            else
            {
                Others.Add($"column {table.Name}.{extra.Name}");
            }
        }
    }

    private void CompareType(ColumnModel column, LiveObject found)
    {
        var (what, alter) = ($"{table.Name}.{column.Name}", Alter(column));
        if (found.Definition != column.Type)
        {
            // PostgreSQL does not convert a default, nor change the type of a column that a trigger names or a foreign key compares.
            var triggers = live.PartsOf(table.Name, LiveKind.Trigger);
            Report(
                DifferenceKind.Changed, what, $"the type is {found.Definition}, not {column.Type}",
                [
                    .. table.Triggers.Values.Where(t => t.When.EndsWith($" OF {column.Name}", StringComparison.Ordinal))
                        .Where(t => triggers.ContainsKey(t.Name))
                        .SelectMany(t => new[] { DropTrigger(t.Name), TableSql.Create(table, t, schema) }),
                    .. SetAside(key => Mentions(key, column.Name)),
                    .. found.Detail is null ? [] : new[] { new Repair(RepairOrder.Column, $"{alter} DROP DEFAULT") },
                    new Repair(
                        RepairOrder.Column, $"{alter} TYPE {column.Type} USING {Sql.Identifier(column.Name)}::{column.Type}"),
                    .. found.Detail is not null && TableSql.DefaultOf(column, schema) is { } value
                        ? new[] { new Repair(RepairOrder.Default, $"{alter} SET DEFAULT {value}") } : [],
                ]);
        }

        if (found.IsNullable != column.IsNullable)
        {
            Report(
                DifferenceKind.Changed, what, column.IsNullable ? "NULL is not allowed" : "NULL is allowed",
                new Repair(RepairOrder.Default, $"{alter} {(column.IsNullable ? "DROP" : "SET")} NOT NULL"));
        }
    }

    private void CompareDefault(ColumnModel column, LiveObject found)
    {
        var (wanted, is_) = (column.Default, found.Detail is { } text ? printed.Plain(text) : null);
        if (wanted == ColumnModel.DefaultWorkspace ? PrintedSql.IsUuid(is_) : wanted == is_ || (column.IsCounter && found.IsIdentity))
        {
            return;
        }

        var (alter, value) = (Alter(column), TableSql.DefaultOf(column, schema));
        Repair[] repairs =
        [
            .. found switch
            {
                { IsIdentity: true } => [new Repair(RepairOrder.Column, $"{alter} DROP IDENTITY")],
                { IsGenerated: true } => [new Repair(RepairOrder.Column, $"{alter} DROP EXPRESSION")],
                _ => Array.Empty<Repair>(),
            },
            .. value is not null ? [new Repair(RepairOrder.Default, $"{alter} SET DEFAULT {value}")]
                : found.IsIdentity || found.IsGenerated ? Array.Empty<Repair>()
                : [new Repair(RepairOrder.Default, $"{alter} DROP DEFAULT")],
        ];
        Report(
            DifferenceKind.Changed, $"{table.Name}.{column.Name}",
            wanted is null ? $"the default is {is_}, and there is to be none"
                : $"the default is {is_ ?? "missing"}{(wanted == ColumnModel.DefaultWorkspace ? "" : $", not {wanted}")}",
            (wanted is not null && value is null) || (found.IsGenerated && !live.CanDropExpressionOf(found)) ? [] : repairs);
    }

    private string Alter(ColumnModel column) => $"ALTER TABLE {name} ALTER COLUMN {Sql.Identifier(column.Name)}";

    private void CompareParts(string kind, LiveKind liveKind, IEnumerable<Part> wanted)
    {
        var parts = live.PartsOf(table.Name, liveKind);
        var missing = new List<Part>();
        foreach (var part in wanted)
        {
            if (!parts.Remove(part.Name, out var found))
            {
                missing.Add(part);
            }
            else if (printed.Plain(found.Definition) is var is_ && is_ != part.Definition)
            {
                Report(
                    DifferenceKind.Changed, WhatOf(part), $"{kind} {part.Name} is another one: {is_}, not {part.Definition}",
                    [.. Drop(found), part.Create]);
            }
            else if (found.Detail is { } diagnostic)
            {
                Report(DifferenceKind.Changed, WhatOf(part), $"{kind} {part.Name}: {diagnostic}", [.. RepairsOf(part, found)]);
            }
        }

        missing.ForEach(part => ReportMissing(kind, part, parts));
        foreach (var extra in parts.Values)
        {
            if (GatewayNames.All.Has(table.Name, extra.Name))
            {
                Differences.Add(Difference.Extra(
                    table.Name, $"{kind} {extra.Name}", early.GetValueOrDefault((table.Name, extra.Name)), Drop(extra)));
            }
            else
            {
                Others.Add($"{kind} {extra.Name} of table {table.Name}");
            }
        }
    }

    /// <summary>A missing part is renamed if it is there under another name, and else made, in place of what prevents that.</summary>
    private void ReportMissing(string kind, Part part, Dictionary<string, LiveObject> others)
    {
        var text = $"{kind} {part.Name} is missing";
        if (others.Values.FirstOrDefault(o => printed.Plain(o.Definition) == part.Definition) is { } renamed)
        {
            others.Remove(renamed.Name);
            Report(DifferenceKind.Missing, WhatOf(part), $"{text}: its name is {renamed.Name}", [Rename(renamed, part.Name)]);
            return;
        }

        var taken = part.HasIndex ? live.IndexNamed(part.Name) : null;
        if (taken is not null && taken.Table != table.Name)
        {
            Report(
                DifferenceKind.Missing, WhatOf(part), $"{text}, and its name is taken by an index of table {taken.Table}", []);
            return;
        }

        var key = part.Definition.StartsWith("PRIMARY KEY", StringComparison.Ordinal)
            ? others.Values.FirstOrDefault(o => o.Definition.StartsWith("PRIMARY KEY", StringComparison.Ordinal)) : null;
        if (key is not null)
        {
            others.Remove(key.Name);
        }

        Report(
            DifferenceKind.Missing, WhatOf(part), text,
            [.. new[] { taken, key }.OfType<LiveObject>().SelectMany(Drop), part.Create]);
    }

    /// <summary>Brings a part of the right definition to work.</summary>
    private IEnumerable<Repair> RepairsOf(Part part, LiveObject found) => found.Kind switch
    {
        LiveKind.Trigger => [new Repair(RepairOrder.Trigger, $"ALTER TABLE {name} ENABLE TRIGGER {Sql.Identifier(part.Name)}")],
        LiveKind.Index => [new Repair(RepairOrder.Index, $"REINDEX INDEX {schema.Qualify(part.Name)}")],

        // Only a superuser may enable the triggers of a foreign key, and that does not look at the rows that came in meanwhile.
        _ when found.IsOff => [.. Drop(found), part.Create],
        _ => [new Repair(RepairOrder.Index, $"ALTER TABLE {name} VALIDATE CONSTRAINT {Sql.Identifier(part.Name)}")],
    };

    private Repair Rename(LiveObject part, string to) => new(RepairOrder.Rename, part.Kind switch
    {
        LiveKind.Constraint => $"ALTER TABLE {name} RENAME CONSTRAINT {Sql.Identifier(part.Name)} TO {Sql.Identifier(to)}",
        LiveKind.Index => $"ALTER INDEX {schema.Qualify(part.Name)} RENAME TO {Sql.Identifier(to)}",
        _ => $"ALTER TRIGGER {Sql.Identifier(part.Name)} ON {name} RENAME TO {Sql.Identifier(to)}",
    });

    /// <summary>Drops a part, and before it the foreign keys that need it, which are made again.</summary>
    private IEnumerable<Repair> Drop(LiveObject part) => part.Kind switch
    {
        LiveKind.Trigger => [DropTrigger(part.Name)],
        LiveKind.Index =>
            [.. SetAside(key => key.Uses == part.Name), new Repair(RepairOrder.DropKey, $"DROP INDEX {schema.Qualify(part.Name)}")],
        _ =>
        [
            .. SetAside(key => key.Uses == part.Name),
            new Repair(
                part.IsForeignKey ? RepairOrder.DropPart : RepairOrder.DropKey,
                $"ALTER TABLE {name} DROP CONSTRAINT {Sql.Identifier(part.Name)}"),
        ],
    };

    private Repair DropTrigger(string trigger) => new(RepairOrder.DropPart, $"DROP TRIGGER {Sql.Identifier(trigger)} ON {name}");

    /// <summary>Drops foreign keys, and makes those again that are the gateway's.</summary>
    private IEnumerable<Repair> SetAside(Func<LiveObject, bool> which) => live.Of(LiveKind.Constraint)
        .Where(key => key.IsForeignKey && which(key) && expected.Tables.ContainsKey(key.Table))
        .SelectMany(key => (Repair[])
        [
            new(RepairOrder.DropPart, $"ALTER TABLE {schema.Qualify(key.Table)} DROP CONSTRAINT {Sql.Identifier(key.Name)}"),
            .. expected.Tables[key.Table].Constraints.TryGetValue(key.Name, out var again)
                ? [TableSql.Add(expected.Tables[key.Table], again, schema)] : Array.Empty<Repair>(),
        ]);

    /// <summary>Whether a foreign key compares a column of this table.</summary>
    private bool Mentions(LiveObject key, string column)
    {
        var lists = printed.Plain(key.Definition).Split(" REFERENCES ");
        return (key.Table == table.Name && Words(lists[0]).Contains(column, StringComparer.Ordinal))
            || (lists.Length > 1 && lists[1].StartsWith($"{table.Name}(", StringComparison.Ordinal)
                && Words(lists[1]).Contains(column, StringComparer.Ordinal));

        static string[] Words(string list) => list.Split([' ', '(', ')', ',', '"'], StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The table, and the column where a definition is about one column.</summary>
    private string WhatOf(Part part)
    {
        var begin = part.Definition.IndexOf('(', StringComparison.Ordinal) + 1;
        var end = part.Definition.IndexOf(')', StringComparison.Ordinal);
        return begin > 0 && end > begin && table.Columns.ContainsKey(part.Definition[begin..end].Trim('"'))
            ? $"{table.Name}.{part.Definition[begin..end].Trim('"')}" : table.Name;
    }

    private void Report(DifferenceKind kind, string what, string text, params Repair[] repairs) =>
        Differences.Add(new Difference(kind, what, text, repairs));

    /// <summary>A part as it is expected.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Definition">Its definition, without its name.</param>
    /// <param name="Create">The statement that makes it.</param>
    /// <param name="HasIndex">Whether an index has the same name.</param>
    private sealed record Part(string Name, string Definition, Repair Create, bool HasIndex = false);
}
