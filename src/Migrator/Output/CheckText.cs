using Migrator.Display;
using Migrator.Preflight;

namespace Migrator.Output;

/// <summary>Writes the answer of <c>check</c> as text: one line for each precondition, and its remedy below.</summary>
internal static class CheckText
{
    /// <summary>Writes the checks.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<CheckItem> items)
    {
        var width = items.Max(i => i.Name.Length + i.Connection.Length) + 1;
        var indent = new string(' ', width + 8);
        foreach (var item in items)
        {
            var name = $"{item.Connection} {item.Name}".Trim().PadRight(width);
            writer.WriteLine($"{Mark(item.Verdict)} {name}  {DisplayText.Line(item.Text, DisplayText.MaxLineLength)}");
            foreach (var line in item.Remedy?.Split('\n') ?? [])
            {
                writer.WriteLine(indent + DisplayText.Line(line, DisplayText.MaxLineLength));
            }
        }

        var missing = items.Count(i => i.Verdict == CheckVerdict.NotMet);
        writer.WriteLine(missing == 0 ? "All preconditions that could be tested are met."
            : $"{missing} of {items.Count} preconditions are not met.");
    }

    private static string Mark(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Met => "[ok]  ",
        CheckVerdict.NotMet => "[FAIL]",
        CheckVerdict.Warning => "[warn]",
        _ => "[?]   ",
    };
}
