using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Vaults;

/// <summary>
/// A reference to a secret: <c>{vault://NAME/RESOURCE[/KEY][?query][#version]}</c>. Kong: only a whole value is one, in lower case; parts
/// of the path are percent-decoded; empty parts of the path do not count.
/// </summary>
/// <param name="Vault">The vault's name.</param>
/// <param name="Resource">Which secret.</param>
/// <param name="Key">Which member of it, where it is a JSON object.</param>
/// <param name="Prefix">What <c>?prefix=</c> says; null without it.</param>
/// <param name="Version">The number behind <c>#</c>; null without it.</param>
internal sealed record VaultReference(string Vault, string Resource, string? Key, string? Prefix, int? Version)
{
    private const string Start = "{vault://";

    // No variable has a name that long.
    private const int Longest = 64 * 1024;

    /// <summary>Whether the text is meant to be resolved.</summary>
    public static bool Is(string text) => text.StartsWith(Start, StringComparison.Ordinal) && text.EndsWith('}');

    /// <summary>Whether the text holds the beginning of a reference without being one.</summary>
    public static bool IsHalf(string text) => !Is(text) && text.Contains(Start, StringComparison.OrdinalIgnoreCase);

    /// <summary>The parts of a reference; null where one that is needed is missing.</summary>
    public static VaultReference? Parse(string text)
    {
        if (text.Length > Longest)
        {
            return null;
        }

        var (rest, fragment) = Cut(text[Start.Length..^1], '#');
        int? version = null;
        if (fragment is not null)
        {
            if (!int.TryParse(fragment, System.Globalization.CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            version = number;
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? rest : rest[..slash];
        var (path, query) = Cut(slash < 0 ? "" : rest[slash..], '?');
        var parts = Cut(path, ';').Before.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(PercentText.Decode).ToArray();
        if (name.Length == 0 || parts.Length == 0)
        {
            return null;
        }

        // Kong decodes twice: the parts of the path, and then the resource and the key made of them.
        var resource = PercentText.DecodeForm(parts.Length == 1 ? parts[0] : string.Join('/', parts[..^1]));
        var key = parts.Length == 1 ? null : PercentText.DecodeForm(parts[^1]);
        return resource.Length == 0 ? null : new(name, resource, key, PrefixIn(query), version);
    }

    private static string? PrefixIn(string? query)
    {
        var prefixes = (query ?? "").Split('&')
            .Select(pair => Cut(pair, '='))
            .Where(pair => PercentText.DecodeForm(pair.Before) == "prefix")
            .Select(pair => pair.After)
            .ToArray();

        // Kong: a prefix without a value, or two of them, is no prefix.
        return prefixes is [{ } only] ? PercentText.DecodeForm(only) : null;
    }

    private static (string Before, string? After) Cut(string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }
}
