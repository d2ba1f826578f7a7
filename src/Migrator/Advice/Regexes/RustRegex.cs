namespace Migrator.Advice.Regexes;

/// <summary>Finds what the regular expressions of the routers <c>traditional_compatible</c> and <c>expressions</c> do not have.</summary>
internal static class RustRegex
{
    private const string LookAround = "look-around, including look-ahead and look-behind, is not supported";

    /// <summary>Checks a regular expression.</summary>
    /// <returns>What the router says; null if it was found valid, or if that is not known.</returns>
    public static string? Check(string regex)
    {
        var isInClass = false;
        for (var i = 0; i < regex.Length; i++)
        {
            switch (regex[i])
            {
                case '\\':
                    if (!isInClass && i + 1 < regex.Length && regex[i + 1] is >= '1' and <= '9')
                    {
                        return "backreferences are not supported";
                    }

                    i++;
                    break;
                case '[':
                    isInClass = true;
                    break;
                case ']':
                    isInClass = false;
                    break;
                case '(' when !isInClass && IsLookAround(regex.AsSpan(i + 1)):
                    return LookAround;
            }
        }

        return null;
    }

    private static bool IsLookAround(ReadOnlySpan<char> rest) => rest is ['?', '=' or '!', ..] or ['?', '<', '=' or '!', ..];
}
