using Migrator.Preflight;

namespace Migrator.Output;

/// <summary>The answer of <c>check --json</c>.</summary>
internal sealed record CheckAnswer(bool Met, IEnumerable<CheckItemAnswer> Checks)
{
    /// <summary>Creates the answer.</summary>
    public static CheckAnswer Of(IReadOnlyList<CheckItem> items) => new(
        items.All(i => i.Verdict != CheckVerdict.NotMet),
        items.Select(i => new CheckItemAnswer(
            i.Connection.Length == 0 ? null : i.Connection, i.Name, NameOf(i.Verdict), i.Text, i.Remedy)));

    private static string NameOf(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Met => "met",
        CheckVerdict.NotMet => "not met",
        CheckVerdict.Warning => "warning",
        _ => "unseen",
    };
}

/// <summary>One precondition.</summary>
internal sealed record CheckItemAnswer(string? Connection, string Name, string Verdict, string Text, string? Remedy);
