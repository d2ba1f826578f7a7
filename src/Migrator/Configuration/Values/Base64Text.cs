namespace Migrator.Configuration.Values;

/// <summary>Base64 as nginx decodes it: the usual or the URL alphabet, padding optional, nothing else in between.</summary>
internal static class Base64Text
{
    /// <summary>The bytes; null where the text is not base64.</summary>
    public static byte[]? Decode(string text)
    {
        var end = text.IndexOf('=', StringComparison.Ordinal);
        var digits = (end < 0 ? text : text[..end]).Replace('-', '+').Replace('_', '/');
        if (digits.Length == 0 || digits.Length % 4 == 1 || digits.Any(char.IsWhiteSpace))
        {
            return null;
        }

        var bytes = new byte[digits.Length];
        return Convert.TryFromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '='), bytes, out var written) ? bytes[..written]
            : null;
    }
}
