using Migrator.Inspection;

namespace Migrator.Planning;

/// <summary>
/// Predicts how long the steps of a plan take that rewrite rows: runs them on temporary copies of some of the rows, and multiplies.
/// </summary>
/// <remarks>
/// A step keeps its locks until its end, so its time is how long others wait. On copies nothing is written to WAL, and triggers are left
/// out; <see cref="Allowance"/> makes up for that. See docs/performance.md for predicted and measured times.
/// </remarks>
/// <param name="session">The connection.</param>
/// <param name="facts">The database.</param>
internal sealed class StepTrial(IDatabaseSession session, DatabaseFacts facts)
{
    // So many rows of a table are copied, or fewer if they are large.
    private const long MaxRows = 10_000;
    private const long MaxBytes = 32 << 20;

    // What writing to a table with WAL and triggers costs beyond a temporary copy.
    private const double Allowance = 2.5;

    // A prediction of years is none.
    private const double Longest = 1e9;

    private const string Clock = "trial_clock";
    private const string Rows = "trial_rows";

    private readonly TemporaryCopies copies = new(session, facts);

    /// <summary>Runs the steps of a plan on copies, and rolls back.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="rows">How many rows the tables have that it rewrites.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>The times of the steps that rewrite rows of a table that has some.</returns>
    public async Task<IReadOnlyDictionary<PlannedStep, TimeSpan>> RunAsync(
        MigrationPlan plan, PlanRows rows, CancellationToken cancellationToken)
    {
        var existing = await copies.ExistingAsync(cancellationToken);
        var tables = plan.RewrittenTables.Where(existing.ContainsKey).ToList();
        var steps = plan.Steps.ToList();
        long Count(string table) => rows.ByTable.GetValueOrDefault(table) ?? 0;
        List<NpgsqlBatchCommand> commands =
        [
            .. copies.Begin(
                existing.Keys, t => tables.Contains(t, StringComparer.Ordinal) ? Sample(Count(t), existing[t].Bytes) : null),
            .. tables.Select(t =>
                new NpgsqlBatchCommand($"SELECT {Sql.Literal(t)} AS {Rows}, count(*) FROM {TemporaryCopies.Schema.Qualify(t)}")),
            Now,
            .. steps.SelectMany(s => TemporaryCopies.StatementsOf(s.Step).Select(c => new NpgsqlBatchCommand(c.Sql)).Append(Now)),
            TemporaryCopies.End,
        ];
        var (copied, times) = await session.SendAsync(
            commands, r => ReadAsync(r, cancellationToken), session.Limits.Read, cancellationToken);
        return steps.Zip(times.Zip(times.Skip(1), (start, end) => end - start), (step, seconds) => (step, seconds))
            .Where(s => s.step.Rewritten.Any(t => copied.GetValueOrDefault(t) > 0))
            .ToDictionary(
                s => s.step,
                s => Duration(s.seconds * Allowance * s.step.Rewritten.Max(t => Factor(Count(t), copied.GetValueOrDefault(t)))));
    }

    // The clock and the numbers are the server's, which may be anything.
    private static TimeSpan Duration(double seconds) =>
        seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, Longest)) : TimeSpan.Zero;

    private static NpgsqlBatchCommand Now => new($"SELECT extract(epoch FROM clock_timestamp())::float8 AS {Clock}");

    private static double Factor(long all, long copied) => copied == 0 ? 0 : Math.Max(1, (double)all / copied);

    // Pages at random: every row of them, without reading the others.
    private static string Sample(long rows, long bytes)
    {
        var most = Math.Min(MaxRows, MaxBytes / Math.Max(1, bytes / Math.Max(1, rows)));
        return rows <= most ? "" : string.Create(CultureInfo.InvariantCulture, $"TABLESAMPLE SYSTEM ({100.0 * most / rows})");
    }

    private static async Task<(IReadOnlyDictionary<string, long> Copied, IReadOnlyList<double> Times)> ReadAsync(
        System.Data.Common.DbDataReader reader, CancellationToken cancellationToken)
    {
        var (copied, times) = (new Dictionary<string, long>(StringComparer.Ordinal), new List<double>());
        do
        {
            if (reader.FieldCount == 0 || reader.GetName(0) is not (Clock or Rows))
            {
                continue;
            }

            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetName(0) == Clock)
                {
                    times.Add(reader.GetDouble(0));
                }
                else
                {
                    copied[reader.GetString(0)] = reader.GetInt64(1);
                }
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        return (copied, times);
    }
}
