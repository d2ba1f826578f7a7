using Migrator.Advice.LuaPatterns;
using Migrator.Advice.LuaSource;
using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Entries of request-transformer and response-transformer, such as <c>x-header:value</c>.</summary>
internal static class TransformerRules
{
    private static readonly LuaPattern Pair = new("^([^:]+):*(.-)$");

    /// <summary>An entry that starts with the name of a header.</summary>
    public static string? Header(object value) => CheckHeaders((string)value, hasSecond: false);

    /// <summary>An entry of two names of headers.</summary>
    public static string? HeaderPair(object value) => CheckHeaders((string)value, hasSecond: true);

    /// <summary>An entry with a name and a value that may contain templates, such as <c>$(headers.x)</c>.</summary>
    public static string? Value(object value)
    {
        var entry = (string)value;
        if (Pair.Captures(entry) is not [var name, var content])
        {
            // Kong: it fails on an entry without a name.
            return Messages.Failure;
        }

        if (content.Length == 0)
        {
            return $"key '{name}' has no value";
        }

        return LuaTemplate.Check(content) is { } error ? $"value '{content}' is not in supported format, error:{error}" : null;
    }

    private static string? CheckHeaders(string entry, bool hasSecond)
    {
        var parts = Pair.Captures(entry);
        var name = parts?[0];
        if (name is null || !HeaderRules.IsHeaderName(name))
        {
            return $"'{name ?? "nil"}' is not a valid header";
        }

        return hasSecond && !HeaderRules.IsHeaderName(parts![1]) ? $"'{parts[1]}' is not a valid header" : null;
    }
}
