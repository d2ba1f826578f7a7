using System.Runtime.ExceptionServices;

namespace Migrator.Advice;

/// <summary>Checks each row against the rules within a time limit, in case a rule never ends.</summary>
/// <param name="create">Makes the rules. What did not end in time goes on with its own, in the background.</param>
/// <param name="limit">The time limit for one row.</param>
internal sealed class TimedRules(Func<RowRules> create, TimeSpan limit)
{
    // A smaller row is examined at once, whatever the rules do, and needs no thread of its own.
    private const int Small = 16 << 10;

    private const int MaxLate = 4;

    private RowRules rules = create();
    private int late;

    /// <summary>Examines a row; null if that took too long, or if too many rows before it did.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">The row, as JSON.</param>
    public IReadOnlyList<Finding>? Examine(string table, byte[] row)
    {
        if (row.Length <= Small)
        {
            return rules(table, row);
        }

        if (late == MaxLate)
        {
            return null;
        }

        var used = rules;
        IReadOnlyList<Finding>? found = null;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(Run) { IsBackground = true };
        thread.Start();
        if (thread.Join(limit))
        {
            failure?.Throw();
            return found;
        }

        late++;
        rules = create();
        return null;

        void Run()
        {
            try
            {
                found = used(table, row);
            }
#pragma warning disable CA1031 // It is thrown again where the row was given.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}

/// <summary>Examines a row.</summary>
/// <param name="table">The table.</param>
/// <param name="row">The columns with their values, as <c>row_to_json</c> writes them, in UTF-8.</param>
internal delegate IReadOnlyList<Finding> RowRules(string table, byte[] row);
