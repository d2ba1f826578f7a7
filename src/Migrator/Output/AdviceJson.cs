using Migrator.Advice;

namespace Migrator.Output;

/// <summary>What the next gateway will refuse, as JSON.</summary>
internal static class AdviceJson
{
    /// <summary>The members <c>findings</c>, <c>not_examined</c>, <c>settings</c> and <c>summary</c>.</summary>
    public static JsonMembers Of(AdviceReport report) =>
    [
        ("findings", report.Findings.Select(f => JsonMembers.Of(
            ("table", f.Table), ("id", f.Id), ("name", f.Name), ("field", f.Field), ("effect", Name(f.Effect)), ("message", f.Message),
            ("why", f.Why), ("remedy", f.Remedy)))),
        ("not_examined", report.NotExamined.Select(r => JsonMembers.Of(("table", r.Table), ("id", r.Id), ("reason", r.Reason)))),
        ("settings", report.Settings.Select(s => JsonMembers.Of(
            ("name", s.Name), ("line", s.Line), ("place", s.Place), ("kind", s.Kind), ("message", s.Message), ("remedy", s.Remedy)))),
        ("summary", Summary(report)),
    ];

    /// <summary>The counts.</summary>
    public static JsonMembers Summary(AdviceReport report) =>
    [
        ("rules", report.Options.GatewayVersion),
        ("rows", report.Rows),
        ("not_examined", report.RowsNotExamined),
        ("after_migrations", report.IsUpgrade),
        ("truncated", report.IsTruncated),
        .. AdviceText.Effects.Select(e => (Name(e.Effect), (object?)Counts(report, e.Effect))),
    ];

    private static JsonMembers Counts(AdviceReport report, Effect effect) =>
        [("rows", report.RowsWith(effect)), ("findings", report.Count(effect)), ("omitted", report.Omitted(effect))];

    private static string Name(Effect effect) => effect switch
    {
        Effect.StopsGateway => "stops-gateway",
        Effect.CannotEdit => "cannot-edit",
        _ => "behaviour",
    };
}
