using Migrations.Dsl;
using Migrations.Model;

namespace Migrator.Verification;

/// <summary>Holds the live catalogue against the schema that the ledger stands for.</summary>
/// <param name="expected">The schema that the ledger stands for.</param>
/// <param name="live">The schema as it is.</param>
/// <param name="schema">The gateway's schema.</param>
internal sealed class SchemaComparison(SchemaModel expected, LiveSchema live, GatewaySchema schema)
{
    private readonly List<Difference> differences = [];
    private readonly List<string> others = [];

    /// <summary>Compares everything.</summary>
    /// <param name="expected">The schema that the ledger stands for.</param>
    /// <param name="live">The schema as it is.</param>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="readOnly">Whether the user needs no more than to read.</param>
    public static VerificationResult Of(SchemaModel expected, LiveSchema live, GatewaySchema schema, bool readOnly)
    {
        var comparison = new SchemaComparison(expected, live, schema);
        comparison.CompareRelations();
        comparison.CompareFunctions();
        comparison.differences.AddRange(new OwnershipComparison(expected, live, schema, readOnly).Differences());
        return new VerificationResult(
            [.. comparison.differences.OrderBy(d => d.Object, StringComparer.Ordinal).ThenBy(d => d.Order)],
            [.. comparison.others.Order(StringComparer.Ordinal)]);
    }

    private void CompareRelations()
    {
        var relations = live.Of(LiveKind.Relation).ToDictionary(r => r.Name, StringComparer.Ordinal);
        foreach (var table in expected.Tables.Values)
        {
            if (relations.GetValueOrDefault(table.Name) is not { } relation)
            {
                Report(DifferenceKind.Missing, table.Name, "the table is missing", TableSql.Create(table, expected, schema));
            }
            else if (relation.Definition != "table")
            {
                Report(DifferenceKind.Changed, table.Name, $"there is a {relation.Definition} in place of the table", repairSql: null);
            }
            else
            {
                Compare(table, relation);
            }
        }

        foreach (var relation in relations.Values.Where(r => !expected.Tables.ContainsKey(r.Name)))
        {
            CompareOther(relation);
        }
    }

    private void Compare(TableModel table, LiveObject relation)
    {
        if (relation.Detail is { } flaw)
        {
            Report(DifferenceKind.Changed, table.Name, flaw, $"ALTER TABLE {schema.Qualify(table.Name)} "
                + (flaw.StartsWith("row", StringComparison.Ordinal) ? "DISABLE ROW LEVEL SECURITY" : "SET LOGGED"));
        }

        var parts = new PartComparison(table, live, schema);
        parts.Compare();
        differences.AddRange(parts.Differences);
        others.AddRange(parts.Others);
    }

    /// <summary>What is not expected: a table of the gateway's from another time, a sequence of a table, or something of others.</summary>
    private void CompareOther(LiveObject relation)
    {
        if (relation.Definition == "sequence" && expected.Sequences.TryGetValue(relation.Name, out var sequence))
        {
            if (relation.Detail != sequence.Type)
            {
                Report(
                    DifferenceKind.Changed, relation.Name, $"the sequence is of type {relation.Detail}, not {sequence.Type}",
                    $"ALTER SEQUENCE {schema.Qualify(relation.Name)} AS {sequence.Type}");
            }
        }
        else if (relation.Definition == "table" && GatewayNames.All.Tables.Contains(relation.Name, StringComparer.Ordinal))
        {
            Report(
                DifferenceKind.Extra, relation.Name, "the table is not the gateway's at this point of its migrations",
                $"DROP TABLE {schema.Qualify(relation.Name)}");
        }
        else if (relation.Table.Length == 0 || !GatewayNames.All.Tables.Contains(relation.Table.Split('.')[0], StringComparer.Ordinal))
        {
            others.Add($"{relation.Definition} {relation.Name}");
        }
    }

    private void CompareFunctions()
    {
        var functions = live.Of(LiveKind.Function).ToDictionary(f => f.Name, StringComparer.Ordinal);
        foreach (var (name, sql) in expected.Functions)
        {
            var create = sql.Replace(new GatewaySchema("public").Qualify(name), schema.Qualify(name), StringComparison.Ordinal);
            if (functions.GetValueOrDefault(name) is not { } function)
            {
                Report(DifferenceKind.Missing, $"{name}()", "the function is missing", create, RepairOrder.Function);
            }
            else if (function.Detail != "trigger plpgsql")
            {
                Report(
                    DifferenceKind.Changed, $"{name}()", $"the function is of another kind: {function.Detail}", create,
                    RepairOrder.Function);
            }
            else if (!PrintedSql.IsBody(name, function.Definition, sql))
            {
                Report(DifferenceKind.Changed, $"{name}()", "the function has another body", create, RepairOrder.Function);
            }
        }

        others.AddRange(functions.Keys.Except(expected.Functions.Keys, StringComparer.Ordinal)
            .Concat(live.Of(LiveKind.FunctionWithArguments).Select(f => f.Name)).Select(name => $"function {name}"));
    }

    private void Report(DifferenceKind kind, string what, string text, string? repairSql, RepairOrder order = RepairOrder.Table) =>
        differences.Add(new Difference(kind, what, text, repairSql)
        {
            Order = kind == DifferenceKind.Extra ? RepairOrder.Drop : order,
        });
}

/// <summary>What a comparison has found.</summary>
/// <param name="Differences">The differences, by object.</param>
/// <param name="Others">Objects in the schema, or on the gateway's tables, that are not the gateway's.</param>
internal sealed record VerificationResult(IReadOnlyList<Difference> Differences, IReadOnlyList<string> Others)
{
    /// <summary>The statements that repairSql the differences, in an order in which they can run.</summary>
    public IReadOnlyList<string> Repairs => [.. Differences.OrderBy(d => d.Order).Select(d => d.RepairSql).OfType<string>()];
}
