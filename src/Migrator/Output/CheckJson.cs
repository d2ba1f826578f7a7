using Migrator.Preflight;

namespace Migrator.Output;

/// <summary>The answer of <c>check --json</c>.</summary>
internal static class CheckJson
{
    /// <summary>The members of the answer.</summary>
    public static JsonMembers Of(IReadOnlyList<CheckItem> items) =>
    [
        ("met", items.All(i => i.Verdict != CheckVerdict.NotMet)),
        ("checks", items.Select(i => JsonMembers.Of(
            ("connection", i.Connection.Length == 0 ? null : i.Connection), ("name", i.Name), ("verdict", NameOf(i.Verdict)),
            ("text", i.Text), ("remedy", i.Remedy)))),
    ];

    private static string NameOf(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Met => "met",
        CheckVerdict.NotMet => "not met",
        CheckVerdict.Warning => "warning",
        _ => "unseen",
    };
}
