using System.Security.Cryptography.X509Certificates;
using Migrator.Advice.Values;
using Migrator.Native;

namespace Migrator.Advice.Rules;

/// <summary>Certificates and their keys. References to vaults are not looked at.</summary>
internal static class CertificateRules
{
    private const string Tag = "-----BEGIN CERTIFICATE-----";

    /// <summary>A certificate.</summary>
    public static string? Certificate(object value)
    {
        using var certificate = OpenSsl.ReadCertificate((string)value);
        return certificate is null ? "invalid certificate" : null;
    }

    /// <summary>A key.</summary>
    public static string? Key(object value) => KeyRules.IsKey((string)value) ? null : "invalid key";

    /// <summary>A certificate with its key.</summary>
    public static string? Pair(KongTable entity) => CheckPair(entity["cert"], entity["key"], "certificate does not match key");

    /// <summary>The alternative certificate with its key.</summary>
    public static string? AlternativePair(KongTable entity) =>
        CheckPair(entity["cert_alt"], entity["key_alt"], "alternative certificate does not match key");

    /// <summary>A certificate and its alternative: the kinds of their keys differ.</summary>
    public static string? Alternatives(KongTable entity)
    {
        if (entity["cert"] is not string one || entity["cert_alt"] is not string other)
        {
            return null;
        }

        using var certificate = OpenSsl.ReadCertificate(one);
        using var alternative = OpenSsl.ReadCertificate(other);
        return certificate is not null && alternative is not null
            && certificate.PublicKey.Oid.Value == alternative.PublicKey.Oid.Value
            ? "certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), " +
                "the provided certificates were both of the same type"
            : null;
    }

    /// <summary>A certificate of an authority.</summary>
    public static EntityRule Authority(TimeProvider time) => entity =>
    {
        if (entity["cert"] is not string text)
        {
            return null;
        }

        var first = text.IndexOf(Tag, StringComparison.Ordinal);
        if (first >= 0 && text.IndexOf(Tag, first + Tag.Length, StringComparison.Ordinal) >= 0)
        {
            return "please submit only one certificate at a time";
        }

        using var certificate = OpenSsl.ReadCertificate(text);
        if (certificate is null)
        {
            return null;
        }

        if (certificate.NotAfter.ToUniversalTime() < time.GetUtcNow().UtcDateTime)
        {
            return "certificate expired, \"Not After\" time is in the past";
        }

        return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority)
            ? null
            : "certificate does not appear to be a CA because it is missing the \"CA\" basic constraint";
    };

    private static string? CheckPair(object? cert, object? key, string diagnostic)
    {
        if (cert is not string certText || key is not string keyText)
        {
            return null;
        }

        using var certificate = OpenSsl.ReadCertificate(certText);
        using var privateOrPublic = OpenSsl.ReadPrivateKey(keyText) ?? OpenSsl.ReadPublicKey(keyText);
        if (certificate is null || privateOrPublic is null)
        {
            return null;
        }

        using var own = OpenSsl.KeyOf(certificate);
        return own is not null && OpenSsl.IsSame(own, privateOrPublic) ? null : diagnostic;
    }
}
