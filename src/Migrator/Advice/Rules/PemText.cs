using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Migrator.Advice.Rules;

/// <summary>Certificates and keys in the text form PEM. What cannot be read here may still be valid to OpenSSL.</summary>
internal static class PemText
{
    private static readonly string[] CertificateLabels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];

    /// <summary>Whether a text certainly holds no key, neither as PEM nor as JSON.</summary>
    public static bool IsNoKey(string text) => HasNone(text, " KEY") && !text.Contains("\"kty\"", StringComparison.Ordinal);

    /// <summary>Whether a text certainly holds no public key.</summary>
    public static bool IsNoPublicKey(string text) => HasNone(text, "PUBLIC KEY");

    /// <summary>Whether a text certainly holds no private key.</summary>
    public static bool IsNoPrivateKey(string text) => HasNone(text, "PRIVATE KEY");

    /// <summary>Whether a text certainly holds no certificate.</summary>
    public static bool IsNoCertificate(string text)
    {
        if (FindCertificate(text) is not { } data)
        {
            return true;
        }

        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(data);
            return false;
        }
        catch (CryptographicException)
        {
            return true;
        }
    }

    /// <summary>Reads the first certificate; null if it cannot be read here.</summary>
    public static X509Certificate2? ReadCertificate(string text)
    {
        try
        {
            return FindCertificate(text) is { } data ? X509CertificateLoader.LoadCertificate(data) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether a key, public or private, is the one of a certificate; null if that cannot be told here.</summary>
    public static bool? Matches(X509Certificate2 certificate, string key)
    {
        using var rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            using var other = Import(key, RSA.Create());
            return other is not null ? IsSame(rsa, other) : IsOf(key, ECDsa.Create()) ? false : null;
        }

        using var ec = certificate.GetECDsaPublicKey();
        if (ec is null)
        {
            return null;
        }

        using var otherEc = Import(key, ECDsa.Create());
        return otherEc is not null ? IsSame(ec, otherEc) : IsOf(key, RSA.Create()) ? false : null;
    }

    /// <summary>Whether two keys, public or private, belong together; null if that cannot be told here.</summary>
    public static bool? Matches(string publicKey, string privateKey)
    {
        using var rsa = Import(publicKey, RSA.Create());
        using var otherRsa = Import(privateKey, RSA.Create());
        if (rsa is not null && otherRsa is not null)
        {
            return IsSame(rsa, otherRsa);
        }

        using var ec = Import(publicKey, ECDsa.Create());
        using var otherEc = Import(privateKey, ECDsa.Create());
        return ec is null || otherEc is null ? null : IsSame(ec, otherEc);
    }

    private static bool IsSame(RSA one, RSA other)
    {
        var (a, b) = (one.ExportParameters(false), other.ExportParameters(false));
        return a.Modulus.AsSpan().SequenceEqual(b.Modulus) && a.Exponent.AsSpan().SequenceEqual(b.Exponent);
    }

    private static bool IsSame(ECDsa one, ECDsa other)
    {
        var (a, b) = (one.ExportParameters(false), other.ExportParameters(false));
        return a.Q.X.AsSpan().SequenceEqual(b.Q.X) && a.Q.Y.AsSpan().SequenceEqual(b.Q.Y);
    }

    private static bool IsOf(string key, AsymmetricAlgorithm algorithm)
    {
        using var imported = Import(key, algorithm);
        return imported is not null;
    }

    private static T? Import<T>(string key, T algorithm)
        where T : AsymmetricAlgorithm
    {
        try
        {
            algorithm.ImportFromPem(key);
            return algorithm;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            algorithm.Dispose();
            return null;
        }
    }

    // The binary form has bytes of zero, which a text of PostgreSQL cannot have.
    private static bool HasNone(string text, string label) =>
        !PemBlock.Find(text).Any(b => b.Label.EndsWith(label, StringComparison.Ordinal) && !b.IsEncrypted && b.Read() is not null);

    private static byte[]? FindCertificate(string text) =>
        PemBlock.Find(text).FirstOrDefault(b => CertificateLabels.Contains(b.Label, StringComparer.Ordinal))?.Read();
}
