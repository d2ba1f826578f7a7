using System.Text;

namespace Migrator.Advice.Syntax;

/// <summary>What becomes of the regular expression of a header in lower case: <c>\D</c> becomes its opposite.</summary>
internal static class LoweredRegex
{
    /// <summary>Whether an escape has another meaning in lower case.</summary>
    public static bool IsChanged(string regex) => Escapes(regex).Any(e => char.IsAsciiLetterUpper(regex[e]));

    /// <summary>The expression without such escapes; null if that cannot be told.</summary>
    public static string? WithoutChange(string regex)
    {
        var text = new StringBuilder(regex);
        foreach (var i in Escapes(regex).Where(i => char.IsAsciiLetterUpper(regex[i])).Reverse())
        {
            // In a class, what is not a digit is no part that can be written.
            if (regex[i] is not ('D' or 'S' or 'W') || regex.AsSpan(0, i).LastIndexOf('[') > regex.AsSpan(0, i).LastIndexOf(']'))
            {
                return null;
            }

            text.Remove(i - 1, 2).Insert(i - 1, $"[^\\{char.ToLowerInvariant(regex[i])}]");
        }

        return text.ToString();
    }

    // The places of the characters that follow a backslash.
    private static IEnumerable<int> Escapes(string regex)
    {
        for (var i = 0; i + 1 < regex.Length; i++)
        {
            if (regex[i] == '\\')
            {
                i++;
                yield return i;
            }
        }
    }
}
