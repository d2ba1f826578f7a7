using System.Text;
using Migrator.Advice.Values;
using Migrator.Native;

namespace Migrator.Advice.Rules;

/// <summary>Keys of the entity keys and of the plugin jwt.</summary>
internal static class KeyRules
{
    private static readonly string[] Lists = ["key_ops", "x5c"];

    private static readonly string[] Texts =
    [
        "issuer", "kty", "use", "alg", "kid", "x5u", "x5t", "x5t#S256", "k", "x", "y", "crv", "n", "e", "d", "p", "q", "dp", "dq", "qi",
        "oth", "r", "t",
    ];

    /// <summary>A key as JSON: it has the identifier of its row.</summary>
    public static string? JsonWebKey(KongTable entity)
    {
        if (entity["jwk"] is not string text || KongValue.IsReference(text))
        {
            return null;
        }

        KongTable key;
        try
        {
            var value = KongValue.Parse(Encoding.UTF8.GetBytes(text));
            if (value is not (KongTable or string))
            {
                return KongMessages.Failure;
            }

            key = value as KongTable ?? new KongTable();
        }
        catch (UnreadableJsonException)
        {
            return "could not json decode jwk string";
        }

        if (!Equals(key["kid"], entity["kid"]))
        {
            return "kid in jwk.kid must be equal to keys.kid";
        }

        if (WebKey.HasNull(key))
        {
            return KongMessages.Failure;
        }

        if (!WebKey.IsReadable(key))
        {
            return "could not load JWK, likely not a valid key";
        }

        return key.Fields.Select(m => CheckMember(m.Key, m.Value) is { } error ? $"Validation error: {m.Key}: {error}" : null)
            .FirstOrDefault(e => e is not null);
    }

    private static string? CheckMember(string name, object value)
    {
        if (Lists.Contains(name, StringComparer.Ordinal))
        {
            return value is Null or KongTable { IsSequence: true } ? null : KongMessages.Expected("an array");
        }

        return !Texts.Contains(name, StringComparer.Ordinal) ? KongMessages.Unknown
            : value is "" ? "length must be at least 1"
            : value is Null or string ? null : KongMessages.Expected("a string");
    }

    /// <summary>A pair of keys in the text form PEM.</summary>
    public static string? PemPair(object value)
    {
        var pair = (KongTable)value;
        if (KongValue.IsReference(pair["public_key"]) || KongValue.IsReference(pair["private_key"]))
        {
            return null;
        }

        if (!OpenSsl.IsAvailable)
        {
            return null;
        }

        var (publicText, privateText) = (pair["public_key"] as string, pair["private_key"] as string);
        using var publicKey = publicText is null ? null : OpenSsl.ReadPublicKey(publicText);
        if (publicText is not null && publicKey is null)
        {
            return "could not load public key";
        }

        using var privateKey = privateText is null ? null : OpenSsl.ReadPrivateKey(privateText);
        if (privateText is not null && privateKey is null)
        {
            return "could not load private key";
        }

        return publicKey is not null && privateKey is not null && !OpenSsl.IsSame(publicKey, privateKey)
            ? "public key does not match private key"
            : null;
    }

    /// <summary>The public key of a JWT credential.</summary>
    public static string? JwtKey(object value) => IsKey((string)value) ? null : "invalid key";

    /// <summary>Whether a text is a key, private or public, as PEM or as JSON. A text of PostgreSQL cannot have the binary form.</summary>
    public static bool IsKey(string text)
    {
        if (!OpenSsl.IsAvailable)
        {
            return true;
        }

        using var key = OpenSsl.ReadPrivateKey(text) ?? OpenSsl.ReadPublicKey(text);
        if (key is not null)
        {
            return true;
        }

        try
        {
            return KongValue.Parse(Encoding.UTF8.GetBytes(text)) is KongTable json && WebKey.IsReadable(json) && !WebKey.HasNull(json);
        }
        catch (UnreadableJsonException)
        {
            return false;
        }
    }
}
