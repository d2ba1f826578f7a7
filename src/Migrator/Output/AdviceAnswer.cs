using System.Text.Json.Serialization;
using Migrator.Advice;
using Migrator.Advice.Settings;
using Migrator.Planning;

namespace Migrator.Output;

/// <summary>The answer of <c>advise --json</c>: what the next gateway will refuse.</summary>
internal sealed record AdviceAnswer(
    DatabaseAnswer Database,
    IEnumerable<FindingAnswer> Findings,
    IReadOnlyList<UnexaminedRow> NotExamined,
    IReadOnlyList<SettingFinding> Settings,
    AdviceSummary Summary)
{
    /// <summary>Creates the answer.</summary>
    public static AdviceAnswer Of(DatabaseAnswer database, AdviceReport report) => new(
        database,
        report.Findings.Select(f => new FindingAnswer(f.Table, f.Id, f.Name, f.Field, Name(f.Effect), f.Message, f.Why, f.Remedy)),
        report.NotExamined,
        report.Settings,
        AdviceSummary.Of(report));

    private static string Name(Effect effect) => effect switch
    {
        Effect.StopsGateway => AdviceSummary.StopsGatewayName,
        Effect.CannotEdit => AdviceSummary.CannotEditName,
        _ => AdviceSummary.BehaviourName,
    };
}

/// <summary>One finding about a row.</summary>
internal sealed record FindingAnswer(
    string Table, string? Id, string? Name, string? Field, string Effect, string Message, string Why, string Remedy);

/// <summary>The counts of <c>advise</c>, which <c>plan</c> shows too.</summary>
internal sealed record AdviceSummary(
    string Rules,
    long Rows,
    long NotExamined,
    bool AfterMigrations,
    bool Truncated,
    [property: JsonPropertyName(AdviceSummary.StopsGatewayName)] EffectCounts StopsGateway,
    [property: JsonPropertyName(AdviceSummary.CannotEditName)] EffectCounts CannotEdit,
    [property: JsonPropertyName(AdviceSummary.BehaviourName)] EffectCounts Behaviour)
{
    /// <summary>The name of <see cref="Effect.StopsGateway"/>.</summary>
    public const string StopsGatewayName = "stops-gateway";

    /// <summary>The name of <see cref="Effect.CannotEdit"/>.</summary>
    public const string CannotEditName = "cannot-edit";

    /// <summary>The name of <see cref="Effect.Behaviour"/>.</summary>
    public const string BehaviourName = "behaviour";

    /// <summary>Creates the counts of a report.</summary>
    public static AdviceSummary Of(AdviceReport report) => new(
        report.Options.GatewayVersion, report.Rows, report.RowsNotExamined, report.IsUpgrade, report.IsTruncated,
        Counts(report, Effect.StopsGateway), Counts(report, Effect.CannotEdit), Counts(report, Effect.Behaviour));

    private static EffectCounts Counts(AdviceReport report, Effect effect) =>
        new(report.RowsWith(effect), report.Count(effect), report.Omitted(effect));
}

/// <summary>How many rows and findings have an effect, and how many of these the answer omits.</summary>
internal sealed record EffectCounts(long Rows, long Findings, long Omitted);
