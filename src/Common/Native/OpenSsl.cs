using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Migrator.Native;

/// <summary>Certificates and keys in the text form PEM, as OpenSSL reads them. .NET itself reads fewer forms of keys.</summary>
internal static class OpenSsl
{
    // OpenSSL asks the terminal for a passphrase if it gets none.
    private static readonly byte[] NoPassphrase = [0];

    /// <summary>Whether OpenSSL 3 is here. Without it nothing can be said of a key.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>Reads the first certificate; null if there is none.</summary>
    public static X509Certificate2? ReadCertificate(string text)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(Encoding.UTF8.GetBytes(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Reads the first private key; null if there is none.</summary>
    public static SafeEvpPKeyHandle? ReadPrivateKey(string text) => Read(text, isPrivate: true);

    /// <summary>Reads the first public key; null if there is none.</summary>
    public static SafeEvpPKeyHandle? ReadPublicKey(string text) => Read(text, isPrivate: false);

    /// <summary>Whether two keys, public or private, belong together.</summary>
    public static bool IsSame(SafeEvpPKeyHandle one, SafeEvpPKeyHandle other) => EVP_PKEY_eq(one, other) == 1;

    /// <summary>The key of a certificate; null if OpenSSL does not know its kind.</summary>
    public static SafeEvpPKeyHandle? KeyOf(X509Certificate2 certificate)
    {
        var key = X509_get_pubkey(certificate.Handle);
        GC.KeepAlive(certificate);
        return Owned(key);
    }

    private static SafeEvpPKeyHandle? Read(string text, bool isPrivate)
    {
        if (!IsAvailable)
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var source = BIO_new(BIO_s_mem());
        try
        {
            return BIO_write(source, bytes, bytes.Length) != bytes.Length ? null
                : Owned(isPrivate
                    ? PEM_read_bio_PrivateKey(source, key: 0, callback: 0, NoPassphrase)
                    : PEM_read_bio_PUBKEY(source, key: 0, callback: 0, NoPassphrase));
        }
        finally
        {
            BIO_free(source);
        }
    }

    // What failed here must not be found by TLS.
    private static SafeEvpPKeyHandle? Owned(nint key)
    {
        ERR_clear_error();
        return key == 0 || OperatingSystem.IsWindows() ? null : new SafeEvpPKeyHandle(key, ownsHandle: true);
    }

#pragma warning disable SYSLIB1054, IDE1006, SA1300 // Generated code would need unsafe blocks; the names are those of the library.
    private const string Library = "libcrypto.so.3";

    [DllImport(Library)]
    private static extern nint BIO_s_mem();

    [DllImport(Library)]
    private static extern nint BIO_new(nint method);

    [DllImport(Library)]
    private static extern int BIO_write(nint bio, byte[] data, int length);

    [DllImport(Library)]
    private static extern void BIO_free(nint bio);

    [DllImport(Library)]
    private static extern nint PEM_read_bio_PrivateKey(nint bio, nint key, nint callback, byte[] passphrase);

    [DllImport(Library)]
    private static extern nint PEM_read_bio_PUBKEY(nint bio, nint key, nint callback, byte[] passphrase);

    [DllImport(Library)]
    private static extern int EVP_PKEY_eq(SafeEvpPKeyHandle one, SafeEvpPKeyHandle other);

    [DllImport(Library)]
    private static extern nint X509_get_pubkey(nint certificate);

    [DllImport(Library)]
    private static extern void ERR_clear_error();
#pragma warning restore SYSLIB1054, IDE1006, SA1300
}
