using Migrator.Configuration.Keys;
using Migrator.Configuration.Values;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Whether a comment behind a value was meant to be part of it. Kong: a <c>#</c> starts a comment everywhere, also within quotes and
/// without a space before it; a comment as people write them has a space before it.
/// </summary>
internal static class CommentFinding
{
    /// <summary>The answer.</summary>
    public static bool LooksUnintended(SettingDefinition definition, FileValue written)
    {
        if (written.Comment < 0)
        {
            return false;
        }

        var (before, after) = (written.Written[..written.Comment], written.Written[(written.Comment + 1)..]);
        return (before.Length > 0 && !Ascii.IsWhite(before[^1]))
            || IsWithinQuotes(before, after)
            || (definition.IsSecret && after.Length > 0 && !Ascii.IsWhite(after[0]) && after[0] != '#');
    }

    private static bool IsWithinQuotes(string before, string after) =>
        before is ['"' or '\'', ..]
        && !before.AsSpan(1).Contains(before[0])
        && after.Contains(before[0], StringComparison.Ordinal);
}
