using Migrator.Advice.Settings;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>What the next gateway says of the rows of a database.</summary>
/// <param name="Options">What the rules depend on.</param>
/// <param name="IsUpgrade">Whether the rows were judged as they will be after migrations.</param>
internal sealed record AdviceReport(AdvisorOptions Options, bool IsUpgrade)
{
    /// <summary>The most findings of one effect that are kept. More are only counted.</summary>
    public const int MaxKept = 5000;

    // The findings of one effect, in characters. An answer takes many times as much memory, and the rules take 12 MiB.
    private static readonly long MaxListLength =
        Math.Clamp(FutureRows.ShareOfMemory(long.MaxValue) - (12 << 20) / 64, 1 << 16, 3 << 20);

    private readonly List<Finding> findings = [];
    private readonly List<UnexaminedRow> notExamined = [];
    private readonly Dictionary<Effect, (long Findings, long Rows)> counts = [];
    private readonly Dictionary<Effect, long> lengths = [];
    private long lengthNotExamined;

    /// <summary>The findings, in the order of the rows.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>The settings of kong.conf that have another meaning, or none, for the next gateway.</summary>
    public IReadOnlyList<SettingFinding> Settings { get; init; } = [];

    /// <summary>The gateway version with which the settings were compared: the version of the rules or a newer one.</summary>
    public required Version Target { get; init; }

    /// <summary>Whether the rules are those of an older version than the target.</summary>
    public bool HasOlderRules => Target > Version.Parse(Options.GatewayVersion);

    /// <summary>How many rows there are.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether anything was found.</summary>
    public bool HasFindings => counts.Count > 0 || Settings.Count > 0;

    /// <summary>How many findings have an effect.</summary>
    public long Count(Effect effect) => counts.GetValueOrDefault(effect).Findings;

    /// <summary>How many rows have a finding with an effect.</summary>
    public long RowsWith(Effect effect) => counts.GetValueOrDefault(effect).Rows;

    /// <summary>How many rows were not examined.</summary>
    public long RowsNotExamined { get; private set; }

    /// <summary>The rows that were not examined, up to <see cref="MaxKept"/>.</summary>
    public IReadOnlyList<UnexaminedRow> NotExamined => notExamined;

    /// <summary>The first exception of a rule, which is a mistake in the program; null if there was none.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How many findings of an effect are not kept.</summary>
    public long Omitted(Effect effect) => Count(effect) - findings.LongCount(f => f.Effect == effect);

    /// <summary>Whether findings, or rows that were not examined, are only counted.</summary>
    public bool IsTruncated => counts.Values.Sum(c => c.Findings) > findings.Count || RowsNotExamined > notExamined.Count;

    /// <summary>Examines a row, and keeps what is found.</summary>
    public void Add(TimedRules rules, FutureRow row)
    {
        Rows += RowAdvisor.IsExamined(row.Table) ? 1 : 0;
        if (row.Json is null)
        {
            LeaveOut(row, string.Create(
                CultureInfo.InvariantCulture, $"It is too large: {row.Bytes:N0} bytes, more than {row.Limit:N0}."));
            return;
        }

        try
        {
            if (rules.Examine(row.Table, row.Json) is { } found)
            {
                Keep(found);
            }
            else
            {
                LeaveOut(row, "To hold it against the rules takes too long.");
            }
        }
        catch (UnreadableJsonException e)
        {
            LeaveOut(row, e.Message);
        }
        catch (OutOfMemoryException)
        {
            LeaveOut(row, "There is not enough memory for it.");
        }
#pragma warning disable CA1031 // One row must not keep the others from being examined.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failure ??= e;
            LeaveOut(row, $"A rule failed on it ({e.GetType().Name}): a mistake in migrator.");
        }
    }

    private void Keep(IReadOnlyList<Finding> found)
    {
        foreach (var group in found.GroupBy(f => f.Effect))
        {
            var (known, rows) = counts.GetValueOrDefault(group.Key);
            counts[group.Key] = (known + group.Count(), rows + 1);
            foreach (var finding in group.Take((int)Math.Max(0, MaxKept - known)))
            {
                lengths[group.Key] = lengths.GetValueOrDefault(group.Key) + finding.Length;
                if (lengths[group.Key] <= MaxListLength)
                {
                    findings.Add(finding);
                }
            }
        }
    }

    private void LeaveOut(FutureRow row, string reason)
    {
        RowsNotExamined++;
        lengthNotExamined += reason.Length + (row.Key?.Length ?? 0) + row.Table.Length;
        if (notExamined.Count < MaxKept && lengthNotExamined <= MaxListLength)
        {
            notExamined.Add(new UnexaminedRow(row.Table, row.Key, reason));
        }
    }
}

/// <summary>A row that was not examined.</summary>
/// <param name="Table">The table.</param>
/// <param name="Id">The primary key; null if it has none.</param>
/// <param name="Reason">Why it was not, as a sentence.</param>
internal sealed record UnexaminedRow(string Table, string? Id, string Reason);
