using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Advice;
using Migrator.Advice.Settings;

namespace Migrator.Planning;

/// <summary>What the next gateway says of the rows of a database.</summary>
/// <param name="Options">What the rules depend on.</param>
/// <param name="IsUpgrade">Whether the rows were judged as they will be after migrations.</param>
internal sealed record AdviceReport(AdvisorOptions Options, bool IsUpgrade)
{
    /// <summary>The most findings of one effect that are kept. More are only counted.</summary>
    public const int MostKept = 5000;

    private readonly List<Finding> findings = [];
    private readonly Dictionary<Effect, (long Findings, long Rows)> counts = [];

    /// <summary>The findings, in the order of the rows.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>The settings of kong.conf that have another meaning, or none, for the next gateway.</summary>
    public IReadOnlyList<SettingFinding> Settings { get; init; } = [];

    /// <summary>The gateway version with which the settings were compared: the version of the rules or a newer one.</summary>
    public required Version Target { get; init; }

    /// <summary>Whether the rules are those of an older version than the target.</summary>
    public bool HasOlderRules => Target > Version.Parse(Options.GatewayVersion);

    /// <summary>How many rows were examined.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether anything was found.</summary>
    public bool HasFindings => counts.Count > 0 || Settings.Count > 0;

    /// <summary>How many findings have an effect.</summary>
    public long Count(Effect effect) => counts.GetValueOrDefault(effect).Findings;

    /// <summary>How many rows have a finding with an effect.</summary>
    public long RowsWith(Effect effect) => counts.GetValueOrDefault(effect).Rows;

    /// <summary>Examines a row, and keeps what is found.</summary>
    public void Add(RowAdvisor advisor, string table, string json)
    {
        Rows += RowAdvisor.IsExamined(table) ? 1 : 0;
        if (Parse(json) is not { } row)
        {
            return;
        }

        foreach (var group in advisor.Examine(table, row).GroupBy(f => f.Effect))
        {
            var (known, rows) = counts.GetValueOrDefault(group.Key);
            findings.AddRange(group.Take((int)Math.Max(0, MostKept - known)));
            counts[group.Key] = (known + group.Count(), rows + 1);
        }
    }

    // What PostgreSQL writes is JSON; numbers and nesting may be beyond what .NET reads.
    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
