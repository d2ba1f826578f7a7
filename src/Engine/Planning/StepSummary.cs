using Migrations.Model;

namespace Migrator.Planning;

/// <summary>What a step does, as one sentence, from the changes that it makes.</summary>
internal static class StepSummary
{
    /// <summary>The sentence, without a capital and a full stop.</summary>
    public static string Of(IReadOnlyList<SchemaChange> changes)
    {
        var created = changes.OfType<TableCreated>().Select(c => c.Table).ToHashSet(StringComparer.Ordinal);
        var rest = changes.Where(c => !created.Contains(c.Table)).ToList();
        var parts = new[]
        {
            Part("creates table", "creates tables", created),
            Part("drops table", "drops tables", rest.OfType<TableDropped>().Select(c => c.Table)),
            Part("adds column", "adds columns", rest.OfType<ColumnAdded>().Select(c => $"{c.Table}.{c.Column.Name}")),
            Part("drops column", "drops columns", rest.OfType<ColumnDropped>().Select(c => $"{c.Table}.{c.Column}")),
            Part("changes the type of", "changes the types of", rest.OfType<ColumnTypeChanged>().Select(c => $"{c.Table}.{c.Column}")),
            Part("changes the default of", "changes the defaults of", rest.OfType<DefaultChanged>().Select(c => $"{c.Table}.{c.Column}")),
            Part("forbids NULL in", "forbids NULL in", rest.OfType<NotNullSet>().Select(c => $"{c.Table}.{c.Column}")),
            Part("adds keys to", "adds keys to", rest.OfType<ConstraintAdded>().Select(c => c.Table)),
            Part("drops keys of", "drops keys of", rest.OfType<ConstraintDropped>().Select(c => c.Table)),
            Part("adds indexes to", "adds indexes to", rest.OfType<IndexCreated>().Select(c => c.Table)),
            Part("drops indexes of", "drops indexes of", rest.OfType<IndexDropped>().Select(c => c.Table)),
            Part("adds triggers to", "adds triggers to", rest.OfType<TriggerCreated>().Select(c => c.Table)),
            Part("drops triggers of", "drops triggers of", rest.OfType<TriggerDropped>().Select(c => c.Table)),
            Part("creates function", "creates functions", changes.OfType<FunctionCreated>().Select(c => c.Name)),
            Part("drops function", "drops functions", changes.OfType<FunctionDropped>().Select(c => c.Name)),
            Part("adds rows to", "adds rows to", changes.OfType<RowsInserted>().Select(c => c.Table)),
            Part("rewrites rows of", "rewrites rows of", changes.OfType<RowsRewritten>().Select(c => c.Table)),
        }.OfType<string>().ToList();
        return parts.Count == 0 ? "changes nothing but the ledger" : string.Join("; ", parts);
    }

    private static string? Part(string one, string several, IEnumerable<string> names)
    {
        var distinct = names.Distinct(StringComparer.Ordinal).ToList();
        return distinct.Count == 0 ? null : $"{(distinct.Count == 1 ? one : several)} {string.Join(", ", distinct)}";
    }
}
