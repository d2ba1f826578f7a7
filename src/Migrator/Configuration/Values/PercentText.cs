using System.Globalization;

namespace Migrator.Configuration.Values;

/// <summary>Percent-encoding, byte by byte: <c>%2D</c> is a dash; what is no pair of hexadecimal digits stays.</summary>
internal static class PercentText
{
    /// <summary>The decoded text.</summary>
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

    /// <summary>The decoded text, where a plus is a space. Kong: nginx decodes so.</summary>
    public static string DecodeForm(string text) => Decode(text.Replace('+', ' '));
}
