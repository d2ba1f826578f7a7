using System.Buffers;

namespace Migrator.Advice.Rules;

/// <summary>The parts of a URL, as the parser that Kong uses splits it (LuaSocket).</summary>
/// <param name="Scheme">What is before the colon; null if nothing is.</param>
/// <param name="UserInfo">What is before the at sign; null if nothing is.</param>
/// <param name="Host">The host; null if there is none.</param>
/// <param name="Fragment">What follows the hash; null if nothing does.</param>
internal sealed record Url(string? Scheme, string? UserInfo, string? Host, string? Fragment)
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>Splits a URL.</summary>
    public static Url Parse(string text)
    {
        // The parser of LuaSocket takes the fragment off first.
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var rest = hash < 0 ? text : text[..hash];
        var scheme = SchemeOf(rest);
        rest = scheme is null ? rest : rest[(scheme.Length + 1)..];
        string? authority = null;
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            authority = slash < 0 ? rest[2..] : rest[2..slash];
        }

        var (user, host) = Split(authority);
        return new Url(scheme, user, host, hash < 0 ? null : text[(hash + 1)..]);
    }

    private static string? SchemeOf(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetterOrDigit(text[0])
            && text.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0
            ? text[..colon]
            : null;
    }

    private static (string? User, string? Host) Split(string? authority)
    {
        if (authority is null)
        {
            return (null, null);
        }

        string? user = null;
        var host = authority;
        var at = host.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            user = host[..at];
            host = host[(at + 1)..];
        }

        var colon = host.LastIndexOf(':');
        if (colon >= 0 && !host.AsSpan(colon + 1).Contains(']'))
        {
            host = host[..colon];
        }

        return (user, host.Length == 0 ? null : host);
    }
}
