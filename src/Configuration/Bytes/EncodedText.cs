namespace Migrator.Configuration.Bytes;

/// <summary>Decodes base64 as nginx does: the standard or the URL alphabet, optional padding, no other characters.</summary>
internal static class Base64Text
{
    /// <summary>Returns the bytes; null if the text is not base64.</summary>
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

/// <summary>Decodes percent-encoding byte by byte: <c>%2D</c> is a dash. A <c>%</c> without two hexadecimal digits is kept.</summary>
internal static class PercentText
{
    /// <summary>Returns the decoded text.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = ByteText.Encode(text);
        var decoded = new List<byte>(bytes.Length);
        for (var index = 0; index < bytes.Length; index++)
        {
            if (bytes[index] == '%' && index + 2 < bytes.Length
                && byte.TryParse(bytes.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                decoded.Add(value);
                index += 2;
            }
            else
            {
                decoded.Add(bytes[index]);
            }
        }

        return ByteText.Decode([.. decoded]);
    }

    /// <summary>Returns the decoded text, with a plus decoded as a space. Kong: nginx decodes this way.</summary>
    public static string DecodeForm(string text) => Decode(text.Replace('+', ' '));
}
