using Migrations.Model;

namespace Migrator.Planning;

/// <summary>Which locks the changes of a step take on tables that are there before it; of several on one table, the strongest.</summary>
internal static class StepLocks
{
    /// <summary>The locks, by table.</summary>
    /// <param name="changes">The changes of the step, in order.</param>
    /// <param name="before">The schema before it. It is not changed.</param>
    public static IReadOnlyList<TableLock> Of(IEnumerable<SchemaChange> changes, SchemaModel before) =>
    [
        .. changes.SelectMany(change => Of(change, before)).Where(l => before.Tables.ContainsKey(l.Table))
            .GroupBy(l => l.Table, StringComparer.Ordinal).Select(locks => locks.MaxBy(l => l.Mode)!)
            .OrderBy(l => l.Table, StringComparer.Ordinal),
    ];

    private static IEnumerable<TableLock> Of(SchemaChange change, SchemaModel before)
    {
        var table = before.Tables.TryGetValue(change.Table, out var found) ? found : null;
        return change switch
        {
            // What is there already is left alone.
            TableCreated when table is not null => [],
            ColumnAdded { Column.Name: var name } when table?.Columns.ContainsKey(name) == true => [],
            IndexCreated { Index.Name: var name } when table?.Indexes.ContainsKey(name) == true => [],
            TriggerCreated { Trigger.Name: var name } when table?.Triggers.ContainsKey(name) == true => [],

            TableCreated create => Referenced(create.Constraints, LockMode.ShareRowExclusive),
            ColumnAdded add => [Exclusive(add.Table), .. Referenced(add.Constraints, LockMode.ShareRowExclusive)],
            TableDropped => [Exclusive(change.Table), .. Referenced(table?.Constraints.Values ?? [], LockMode.AccessExclusive)],
            ConstraintAdded { Constraint.References: { } to } =>
                [new(change.Table, LockMode.ShareRowExclusive), new(to, LockMode.ShareRowExclusive)],
            ConstraintDropped { Name: var name } =>
            [
                Exclusive(change.Table),
                .. Referenced(table?.Constraints.Values.Where(c => c.Name == name) ?? [], LockMode.AccessExclusive),
            ],
            IndexCreated => [new(change.Table, LockMode.Share)],
            TriggerCreated => [new(change.Table, LockMode.ShareRowExclusive)],
            RowsInserted or RowsRewritten => [new(change.Table, LockMode.RowExclusive)],
            SequenceTypeChanged or FunctionCreated or FunctionDropped => [],
            _ => [Exclusive(change.Table)],
        };
    }

    private static TableLock Exclusive(string table) => new(table, LockMode.AccessExclusive);

    private static IEnumerable<TableLock> Referenced(IEnumerable<ConstraintModel> constraints, LockMode mode) =>
        constraints.Select(c => c.References).OfType<string>().Select(table => new TableLock(table, mode));
}
