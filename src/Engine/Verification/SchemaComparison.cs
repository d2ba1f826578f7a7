using Migrations.Model;
using Migrator.Ledger;

namespace Migrator.Verification;

/// <summary>Compares the live catalogue with the schema that the ledger stands for.</summary>
/// <param name="expected">The schema that the ledger stands for.</param>
/// <param name="live">The schema as it is.</param>
/// <param name="schema">The gateway's schema.</param>
/// <param name="early">What migrations make that the ledger does not record.</param>
internal sealed class SchemaComparison(
    SchemaModel expected, LiveSchema live, GatewaySchema schema, IReadOnlyDictionary<(string Table, string? Part), string> early)
{
    private readonly List<Difference> differences = [];
    private readonly List<string> others = [];
    private readonly HashSet<string> renamed = new(StringComparer.Ordinal);

    /// <summary>Compares everything.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="live">The schema as it is.</param>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="readOnly">Whether the user needs no more than to read.</param>
    public static VerificationResult Of(LedgerSnapshot ledger, LiveSchema live, GatewaySchema schema, bool readOnly)
    {
        var expected = ExpectedState.Of(ledger);
        var comparison = new SchemaComparison(expected, live, schema, ExpectedState.StillToMake(ledger));
        comparison.CompareTables(readOnly);
        comparison.CompareSequences();
        comparison.CompareOthers();
        comparison.CompareFunctions();
        comparison.differences.AddRange(new OwnershipComparison(expected, live, schema, readOnly).Differences());
        return new VerificationResult(
            comparison.differences, [.. comparison.others.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], live.Owner);
    }

    private void CompareTables(bool readOnly)
    {
        foreach (var table in expected.TablesByReference())
        {
            if (live.Relations.GetValueOrDefault(table.Name) is not { } relation)
            {
                ReportMissing(table, readOnly);
            }
            else if (relation.Definition != "table")
            {
                Report(DifferenceKind.Changed, table.Name, $"there is a {relation.Definition} in place of the table");
            }
            else
            {
                Compare(table, relation);
            }
        }
    }

    /// <summary>A missing table is renamed if its primary key is that of another table, and else made, with the rights on it.</summary>
    private void ReportMissing(TableModel table, bool readOnly)
    {
        var key = live.IndexNamed($"{table.Name}_pkey");
        if (key is { Kind: LiveKind.Relation } && !GatewayNames.All.Tables.Contains(key.Table, StringComparer.Ordinal))
        {
            renamed.Add(key.Table);
            Report(
                DifferenceKind.Missing, table.Name, $"the table is missing: its name is {key.Table}",
                [
                    .. Own(live.Relations[key.Table]),
                    new Repair(RepairOrder.Rename, $"ALTER TABLE {schema.Qualify(key.Table)} RENAME TO {Sql.Identifier(table.Name)}"),
                ]);
            return;
        }

        var taken = table.Constraints.Keys.Concat(table.Indexes.Keys).Select(live.IndexNamed).OfType<LiveObject>().FirstOrDefault();
        if (taken is not null)
        {
            Report(
                DifferenceKind.Missing, table.Name,
                $"the table is missing, and the name {taken.Name} is taken by an index of table {taken.Table}");
            return;
        }

        Report(
            DifferenceKind.Missing, table.Name, "the table is missing",
            [.. TableSql.Create(table, live.MissingSequences(expected), schema), .. live.HasRightsOfOwner ? [] : Grant(table, readOnly)]);
    }

    private IEnumerable<Repair> Grant(TableModel table, bool readOnly)
    {
        var user = Sql.Identifier(live.User);
        yield return new(
            RepairOrder.Right,
            $"GRANT {(readOnly ? "SELECT" : OwnershipComparison.Rights)} ON TABLE {schema.Qualify(table.Name)} TO {user}");
        foreach (var column in table.Columns.Values.Where(c => c.IsCounter && !readOnly))
        {
            yield return new(
                RepairOrder.Right, $"GRANT USAGE ON SEQUENCE {schema.Qualify(TableSql.SequenceOf(table, column))} TO {user}");
        }
    }

    private void Compare(TableModel table, LiveObject relation)
    {
        foreach (var diagnostic in relation.Detail?.Split(", ") ?? [])
        {
            Report(
                DifferenceKind.Changed, table.Name, diagnostic,
                new Repair(RepairOrder.Table, $"ALTER TABLE {schema.Qualify(table.Name)} "
                    + (diagnostic.StartsWith("row", StringComparison.Ordinal) ? "DISABLE ROW LEVEL SECURITY" : "SET LOGGED")));
        }

        var parts = new PartComparison(table, expected, live, schema, early);
        parts.Compare();
        differences.AddRange(parts.Differences);
        others.AddRange(parts.Others);
    }

    /// <summary>The sequences of columns that are there; those of missing tables and columns are made with them.</summary>
    private void CompareSequences()
    {
        foreach (var (name, sequence) in expected.Sequences)
        {
            var column = live.PartsOf(sequence.Table, LiveKind.Column).GetValueOrDefault(sequence.Column);
            if (column is null or { IsIdentity: true })
            {
                continue;
            }

            var owned = $"{sequence.Table}.{sequence.Column}";
            if (!live.Relations.TryGetValue(name, out var found))
            {
                ReportMissing(name, sequence, live.Relations.Values.FirstOrDefault(r => r.Definition == "sequence" && r.Table == owned));
            }
            else if (found.Definition != "sequence")
            {
                Report(DifferenceKind.Changed, name, $"there is a {found.Definition} in place of the sequence");
            }
            else
            {
                Compare(name, sequence, found, owned);
            }
        }
    }

    private void Compare(string name, SequenceModel sequence, LiveObject found, string owned)
    {
        if (found.Detail != sequence.Type)
        {
            Report(
                DifferenceKind.Changed, name, $"the sequence is of type {found.Detail}, not {sequence.Type}",
                new Repair(RepairOrder.Column, $"ALTER SEQUENCE {schema.Qualify(name)} AS {sequence.Type}"));
        }

        if (found.Table != owned)
        {
            Report(
                DifferenceKind.Changed, name, $"the sequence does not belong to its column {owned}",
                TableSql.Own(sequence.Table, sequence.Column, name, schema));
        }
    }

    private void ReportMissing(string name, SequenceModel sequence, LiveObject? other)
    {
        if (other is not null)
        {
            Report(
                DifferenceKind.Missing, name, $"the sequence is missing: its name is {other.Name}",
                new Repair(RepairOrder.Rename, $"ALTER SEQUENCE {schema.Qualify(other.Name)} RENAME TO {Sql.Identifier(name)}"));
            return;
        }

        var table = expected.Tables[sequence.Table];
        Report(
            DifferenceKind.Missing, name, "the sequence is missing; the SQL lets it go on after the largest value of its column",
            [
                .. TableSql.CreateSequence(table, table.Columns[sequence.Column], live.MissingSequences(expected), schema),
                new Repair(
                    RepairOrder.Default,
                    $"SELECT setval({schema.Regclass(name)}, max({Sql.Identifier(sequence.Column)})) "
                        + $"FROM {schema.Qualify(sequence.Table)}"),
            ]);
    }

    /// <summary>What is not expected: a table of the gateway's from another time, or something of others.</summary>
    private void CompareOthers()
    {
        foreach (var relation in live.Relations.Values)
        {
            if (expected.Tables.ContainsKey(relation.Name) || expected.Sequences.ContainsKey(relation.Name)
                || renamed.Contains(relation.Name) || relation.Definition == "index")
            {
                continue;
            }

            if (relation.Definition == "table" && GatewayNames.All.Tables.Contains(relation.Name, StringComparer.Ordinal))
            {
                differences.Add(Difference.Extra(
                    relation.Name, "the table", early.GetValueOrDefault((relation.Name, null)),
                    [.. Own(relation), .. Drop(relation.Name)]));
            }
            else if (relation.Table.Length == 0
                || !GatewayNames.All.Tables.Contains(relation.Table.Split('.')[0], StringComparer.Ordinal))
            {
                others.Add($"{relation.Definition} {relation.Name}");
            }
        }

        others.AddRange(live.Of(LiveKind.Extension).Select(e => $"extension {e.Name}"));
    }

    // The keys that refer to other tables first, which may be dropped too.
    private IEnumerable<Repair> Drop(string table)
    {
        var name = schema.Qualify(table);
        Repair Statement(RepairOrder order, string sql) => Repair.DropEmpty(order, $"table {table}", name, "true", sql);
        return live.PartsOf(table, LiveKind.Constraint).Values.Where(c => c.IsForeignKey)
            .Select(key => Statement(RepairOrder.DropPart, $"ALTER TABLE {name} DROP CONSTRAINT {Sql.Identifier(key.Name)}"))
            .Append(Statement(RepairOrder.DropObject, $"DROP TABLE {name}"));
    }

    /// <summary>Gives a table to the owner of the ledger, who is to change or drop it.</summary>
    private IEnumerable<Repair> Own(LiveObject table) => live.Owner is not { } owner || table.Owner == owner ? []
        : [new Repair(RepairOrder.Owner, $"ALTER TABLE {schema.Qualify(table.Name)} OWNER TO {Sql.Identifier(owner)}")];

    private void CompareFunctions()
    {
        var functions = live.Of(LiveKind.Function).ToDictionary(f => f.Name, StringComparer.Ordinal);
        foreach (var (name, sql) in expected.Functions)
        {
            var create = new Repair(
                RepairOrder.Function,
                sql.Replace(new GatewaySchema("public").Qualify(name), schema.Qualify(name), StringComparison.Ordinal));
            if (functions.GetValueOrDefault(name) is not { } function)
            {
                Report(DifferenceKind.Missing, $"{name}()", "the function is missing", create);
            }
            else if (function.Detail != "trigger plpgsql")
            {
                // A function keeps its kind and its type for life.
                var drop = $"DROP {(function.IsProcedure ? "PROCEDURE" : "FUNCTION")} {schema.Qualify(name)}()";
                Report(
                    DifferenceKind.Changed, $"{name}()", $"the function is of another kind: {function.Detail}, not trigger plpgsql",
                    function.Detail!.StartsWith("trigger ", StringComparison.Ordinal)
                        ? [create] : [new Repair(RepairOrder.DropObject, drop), create]);
            }
            else if (!PrintedSql.IsBody(name, function.Definition, sql))
            {
                Report(DifferenceKind.Changed, $"{name}()", "the function has another body", create);
            }
        }

        others.AddRange(functions.Keys.Except(expected.Functions.Keys, StringComparer.Ordinal)
            .Concat(live.Of(LiveKind.FunctionWithArguments).Select(f => f.Name)).Select(name => $"function {name}"));
    }

    private void Report(DifferenceKind kind, string what, string text, params Repair[] repairs) =>
        differences.Add(new Difference(kind, what, text, repairs));
}

/// <summary>What a comparison has found.</summary>
/// <param name="Found">The differences, a table after those that it refers to.</param>
/// <param name="Others">Objects in the schema, or on the gateway's tables, that are not the gateway's.</param>
/// <param name="Owner">The owner of the ledger.</param>
internal sealed record VerificationResult(IReadOnlyList<Difference> Found, IReadOnlyList<string> Others, string? Owner)
{
    /// <summary>The differences, by object.</summary>
    public IReadOnlyList<Difference> Differences { get; } = [.. Found.OrderBy(d => d.Object, StringComparer.Ordinal).ThenBy(FirstRepair)];

    /// <summary>The statements that repair the differences, in an order in which they can run.</summary>
    public IReadOnlyList<Repair> Repairs { get; } = [.. Found.SelectMany(d => d.Repairs).OrderBy(r => r.Order).Distinct()];

    private static RepairOrder FirstRepair(Difference difference) => difference.Repairs.Select(r => r.Order).DefaultIfEmpty().Max();
}
