using System.Text;

namespace Migrator.Advice.Values;

/// <summary>A text with one character for each byte of its UTF-8. To the gateway each byte is a character.</summary>
internal static class ByteString
{
    /// <summary>Returns the bytes of a text.</summary>
    public static string Of(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Returns the text of bytes. What is not UTF-8 becomes a question mark in a box.</summary>
    public static string ToText(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}
