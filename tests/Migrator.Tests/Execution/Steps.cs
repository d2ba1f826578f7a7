using Migrator.Execution;
using Migrator.Ledger;

namespace Migrator.Tests.Execution;

/// <summary>Applies steps to a ledger in memory.</summary>
internal static class Steps
{
    /// <summary>The steps of <c>up</c>.</summary>
    public static IReadOnlyList<MigrationStep> Of(SchemaState state) => StepPlanner.Up(state);

    /// <summary>The ledger after some steps.</summary>
    public static IReadOnlyList<LedgerRow> Apply(IReadOnlyList<LedgerRow> rows, IEnumerable<MigrationStep> steps)
    {
        var after = rows.ToDictionary(r => r.Subsystem, StringComparer.Ordinal);
        foreach (var step in steps)
        {
            var name = step.Migration.Name;
            var row = after.GetValueOrDefault(step.Subsystem.Name) ?? new LedgerRow(step.Subsystem.Name, null, null, null);
            after[step.Subsystem.Name] = step.LeavesPending
                ? row with { Pending = [.. row.Pending ?? [], name] }
                : row with
                {
                    LastExecuted = name,
                    Executed = [.. row.Executed ?? [], name],
                    Pending = [.. (row.Pending ?? []).Where(n => n != name)]
                };
        }

        return [.. after.Values];
    }
}
