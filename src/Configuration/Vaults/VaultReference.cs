using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Vaults;

/// <summary>
/// A reference to a secret: <c>{vault://NAME/RESOURCE[/KEY][?query][#version]}</c>. Kong: the reference must be the whole value, and starts
/// in lower case. Parts of the path are percent-decoded; empty parts are ignored.
/// </summary>
/// <param name="Vault">The name of the vault.</param>
/// <param name="Resource">The name of the secret.</param>
/// <param name="Key">The member to read, if the secret is a JSON object; null for the whole secret.</param>
/// <param name="Prefix">The value of <c>?prefix=</c>; null if it is not given.</param>
/// <param name="Version">The number after <c>#</c>; null if it is not given.</param>
internal sealed record VaultReference(string Vault, string Resource, string? Key, string? Prefix, int? Version)
{
    private const string Start = "{vault://";

    // No environment variable has a name of this length.
    private const int MaxLength = 64 * 1024;

    /// <summary>Whether the text is a reference.</summary>
    public static bool Is(string text) => text.StartsWith(Start, StringComparison.Ordinal) && text.EndsWith('}');

    /// <summary>Whether the text contains the start of a reference but is not one.</summary>
    public static bool IsHalf(string text) => !Is(text) && text.Contains(Start, StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses a reference; returns null if a required part is missing.</summary>
    public static VaultReference? Parse(string text)
    {
        if (text.Length > MaxLength)
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

        // Kong decodes twice: first the parts of the path, then the resource and the key made of them.
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

        // Kong: a prefix without a value, or given twice, is ignored.
        return prefixes is [{ } only] ? PercentText.DecodeForm(only) : null;
    }

    private static (string Before, string? After) Cut(string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }
}
