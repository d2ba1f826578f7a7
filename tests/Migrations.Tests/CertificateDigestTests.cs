using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Migrations.Tests;

/// <summary>Tests of the rewrite of CA certificates in core/009.</summary>
public sealed class CertificateDigestTests
{
    private const string Id = "00000000-0000-4000-8000-00000000000";

    [Test]
    public void Every_certificate_gets_the_digest_of_its_DER_form()
    {
        using var first = NewCertificate("CN=first");
        using var second = NewCertificate("CN=second");
        using var gateway = Gateway.Of("2.0");
        Insert(gateway, 'a', first.ExportCertificatePem());
        Insert(gateway, 'b', "a comment\r\n" + second.ExportCertificatePem().Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n"
            + first.ExportCertificatePem());

        gateway.Up("2.8");
        gateway.Finish();

        Assert.That(Digests(gateway), Is.EqualTo(new[] { DigestOf(first), DigestOf(second) }));
        Assert.That(gateway.Warnings, Is.Empty);
    }

    [Test]
    public void A_warning_names_unreadable_and_duplicate_certificates()
    {
        using var certificate = NewCertificate("CN=first");
        using var gateway = Gateway.Of("2.0");
        Insert(gateway, 'a', certificate.ExportCertificatePem());
        Insert(gateway, 'b', certificate.ExportCertificatePem() + "\n");
        Insert(gateway, 'c', "not a certificate");
        Insert(gateway, 'd', "-----BEGIN CERTIFICATE-----\n####\n-----END CERTIFICATE-----");

        gateway.Up("2.8");
        gateway.Finish();

        var digests = Digests(gateway);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(digests[0], Is.EqualTo(DigestOf(certificate)));
            Assert.That(digests, Is.Unique);
            Assert.That(digests, Has.All.Length.EqualTo(64));
            Assert.That(gateway.Warnings, Has.Count.EqualTo(3));
            Assert.That(gateway.Warned($"ca_certificates {Id}b", "another row holds the same certificate"), Is.True);
            Assert.That(gateway.Warned($"ca_certificates {Id}c", "cannot be read"), Is.True);
            Assert.That(gateway.Warned($"ca_certificates {Id}d", "cannot be read"), Is.True);
        }
    }

    private static X509Certificate2 NewCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(name, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2032, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private static void Insert(Gateway gateway, char id, string pem) =>
        gateway.Database.Execute($"INSERT INTO ca_certificates (id, cert) VALUES ('{Id}{id}', {RowSeed.Literal(pem)})");

    private static string DigestOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    private static IReadOnlyList<string?> Digests(Gateway gateway) =>
        gateway.Database.Query("SELECT cert_digest FROM ca_certificates ORDER BY id");
}
