using System.Text;
using System.Text.Json;
using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Vaults;

/// <summary>
/// Reads a secret that is a flat JSON object. Kong: only members that are strings can be read. Of two members with the same name, the last
/// counts. Strings may contain control characters unescaped, so a certificate may keep its line ends.
/// </summary>
internal static class JsonSecret
{
    private const int DeepestNesting = 1000;

    /// <summary>Returns the text of a member; null if the secret is not an object, or has no such string.</summary>
    public static string? MemberOf(string secret, string name)
    {
        try
        {
            return Find(ByteText.Encode(WithEscapes(secret)), name);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is not valid Unicode. The exception's message is not used: it may contain the secret.
            return null;
        }
    }

    /// <summary>Whether a text is a JSON object.</summary>
    public static bool IsObject(string text)
    {
        try
        {
            var isObject = text.StartsWith('{');
            _ = isObject ? Find(ByteText.Encode(WithEscapes(text)), "") : null;
            return isObject;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Find(byte[] json, string name)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
        string? found = null;
        var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        while (reader.Read())
        {
            if (isObject && reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
            {
                var matches = reader.ValueTextEquals(name);
                reader.Read();
                found = !matches ? found : reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
        }

        return found;
    }

    private static string WithEscapes(string secret)
    {
        var escaped = new StringBuilder(secret.Length);
        var (inText, afterBackslash) = (false, false);
        foreach (var character in secret)
        {
            inText ^= character == '"' && !afterBackslash;
            afterBackslash = character == '\\' && !afterBackslash;
            _ = inText && char.IsControl(character) && character < ' '
                ? escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : escaped.Append(character);
        }

        return escaped.ToString();
    }
}
