using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Entries of request-transformer and response-transformer, such as <c>x-header:value</c>.</summary>
internal static class TransformerRules
{
    /// <summary>An entry that starts with the name of a header.</summary>
    public static string? Header(object value) => CheckHeaders((string)value, hasSecond: false);

    /// <summary>An entry of two names of headers.</summary>
    public static string? HeaderPair(object value) => CheckHeaders((string)value, hasSecond: true);

    /// <summary>An entry with a name and a value that may contain templates, such as <c>$(headers.x)</c>.</summary>
    public static string? Value(object value)
    {
        var entry = (string)value;
        if (Split(entry) is not { } parts)
        {
            // Kong: it fails on an entry without a name.
            return KongMessages.Failure;
        }

        var (name, content) = parts;
        if (content.Length == 0)
        {
            return $"key '{name}' has no value";
        }

        return LuaTemplate.Check(content) is { } error ? $"value '{content}' is not in supported format, error:{error}" : null;
    }

    private static string? CheckHeaders(string entry, bool hasSecond)
    {
        var parts = Split(entry);
        if (parts is not { } pair || !HeaderRules.IsHeaderName(pair.Name))
        {
            return $"'{parts?.Name ?? "nil"}' is not a valid header";
        }

        return hasSecond && !HeaderRules.IsHeaderName(pair.Content) ? $"'{pair.Content}' is not a valid header" : null;
    }

    // What is before the first colons and what follows them; null without a name.
    private static (string Name, string Content)? Split(string entry)
    {
        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        return entry.Length == 0 || colon == 0 ? null
            : colon < 0 ? (entry, "") : (entry[..colon], entry[colon..].TrimStart(':'));
    }
}
