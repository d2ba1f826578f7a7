using System.Text;
using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Keys of the entity keys and of the plugin jwt.</summary>
internal static class KeyRules
{
    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "issuer", "kty", "use", "key_ops", "alg", "kid", "x5u", "x5c", "x5t", "x5t#S256", "k", "x", "y", "crv", "n", "e", "d", "p", "q",
        "dp", "dq", "qi", "oth", "r", "t",
    };

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
            if (KongValue.Parse(Encoding.UTF8.GetBytes(text)) is not KongTable table)
            {
                return null;
            }

            key = table;
        }
        catch (UnreadableJsonException)
        {
            return "could not json decode jwk string";
        }

        if (!Equals(key["kid"], entity["kid"]))
        {
            return "kid in jwk.kid must be equal to keys.kid";
        }

        if (!WebKey.IsReadable(key))
        {
            return "could not load JWK, likely not a valid key";
        }

        var unknown = key.Fields.Keys.FirstOrDefault(m => !Members.Contains(m));
        return unknown is null ? null : $"Validation error: {unknown}: unknown field";
    }

    /// <summary>A pair of keys in the text form PEM.</summary>
    public static string? PemPair(object value)
    {
        var pair = (KongTable)value;
        if (KongValue.IsReference(pair["public_key"]) || KongValue.IsReference(pair["private_key"]))
        {
            return null;
        }

        var (publicKey, privateKey) = (pair["public_key"] as string, pair["private_key"] as string);
        if (publicKey is not null && PemText.IsNoPublicKey(publicKey))
        {
            return "could not load public key";
        }

        if (privateKey is not null && PemText.IsNoPrivateKey(privateKey))
        {
            return "could not load private key";
        }

        return publicKey is not null && privateKey is not null && PemText.Matches(publicKey, privateKey) is false
            ? "public key does not match private key"
            : null;
    }

    /// <summary>The public key of a JWT credential.</summary>
    public static string? JwtKey(object value) => PemText.IsNoKey((string)value) ? "invalid key" : null;
}
