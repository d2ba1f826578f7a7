using System.Buffers;
using Migrator.Advice.Syntax;
using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Paths of services and routes.</summary>
internal static class PathRules
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~/%:@!$&'()*+,;=");

    /// <summary>A path of characters that RFC 3986 allows.</summary>
    public static string? Path(object value)
    {
        var path = (string)value;
        return !IsAllowed(path)
            ? $"invalid path: '{path}' (characters outside of the reserved list of RFC 3986 found)"
            : CheckEncoding(path);
    }

    /// <summary>A path of a route: a prefix in normal form, or a regular expression after a tilde.</summary>
    public static string? RoutePath(object value)
    {
        var path = (string)value;
        if (IsAllowed(path) && CheckEncoding(path) is { } error)
        {
            return error;
        }

        if (path.StartsWith('~'))
        {
            var regex = path[1..];
            return GatewayLibraries.CheckRegex(regex) is { } diagnostic ? $"invalid regex: '{regex}' (PCRE returned: {diagnostic})" : null;
        }

        var bytes = ByteString.Of(path);
        var normalized = NormalizedPath.Of(bytes);
        return normalized == bytes ? null : $"non-normalized path, consider use '{ByteString.ToText(normalized)}' instead";
    }

    private static bool IsAllowed(string path) => path.StartsWith('/') && !path.AsSpan().ContainsAnyExcept(Allowed);

    private static string? CheckEncoding(string path)
    {
        for (var i = path.IndexOf('%', StringComparison.Ordinal); i >= 0; i = path.IndexOf('%', i + 3))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                return $"invalid url-encoded value: '{path.Substring(i, Math.Min(3, path.Length - i))}'";
            }

            if (i + 3 >= path.Length)
            {
                break;
            }
        }

        return null;
    }
}
