namespace Migrator.Advice.Rules;

/// <summary>Names and tags.</summary>
internal static class NameRules
{
    /// <summary>A name of an entity.</summary>
    public static string? Name(object value)
    {
        var name = (string)value;
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '~' or >= '\u0080')
            ? null
            : $"invalid value '{name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~";
    }

    /// <summary>A tag.</summary>
    public static string? Tag(object value)
    {
        var tag = (string)value;
        return tag.Length > 0 && tag.All(c => c is ' ' or (>= '!' and <= '~' and not ',' and not '/') or >= '\u0080')
            ? null
            : $"invalid tag '{tag}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences";
    }
}
