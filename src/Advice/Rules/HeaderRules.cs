namespace Migrator.Advice.Rules;

/// <summary>Names of headers and cookies.</summary>
internal static class HeaderRules
{
    private const string Separators = " \t()<>@,;:\\\"/?={}[]";

    /// <summary>The name of a header.</summary>
    public static string? HeaderName(object value)
    {
        var name = (string)value;
        if (name.Length == 0)
        {
            return "no header name provided";
        }

        return IsHeaderName(name) ? null : $"bad header name '{name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'";
    }

    /// <summary>The name of a cookie.</summary>
    public static string? CookieName(object value)
    {
        var name = (string)value;
        if (name.Length == 0)
        {
            return "no token provided";
        }

        return name.All(c => c is > ' ' and < '\u007f' && !Separators.Contains(c, StringComparison.Ordinal))
            ? null
            : "contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the " +
                "characters ()<>@,;:\\\"/?={}[] are not allowed.";
    }

    /// <summary>Whether a text can be the name of a header. Kong's regular expression lets a line end through at the end.</summary>
    public static bool IsHeaderName(string text)
    {
        var name = text.EndsWith('\n') ? text[..^1] : text;
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
    }
}
