using Migrator.Advice.Values;

namespace Migrator.Advice.Regexes;

/// <summary>
/// Finds mistakes for which PCRE2 refuses a regular expression. It knows the common syntax: an expression with anything else, such as a
/// condition or a recursion, is taken for valid.
/// </summary>
internal static class PcreSyntax
{
    /// <summary>Checks a regular expression.</summary>
    /// <returns>What PCRE2 says, in the words of OpenResty; null if the expression is valid, or if that is not known.</returns>
    public static string? Check(string regex)
    {
        var bytes = ByteString.Of(regex);
        var scanner = new PcreScanner(bytes);
        var problem = scanner.Scan();
        if (problem is null || scanner.IsUnknown)
        {
            return null;
        }

        var rest = scanner.Position < bytes.Length ? $" at \"{ByteString.ToText(bytes[scanner.Position..])}\"" : "";
        return $"pcre2_compile() failed: {problem} in \"{regex}\"{rest}";
    }
}
