using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace TestSupport.Aws;

/// <summary>All AWS services that a login needs, on loopback, and a way to run the program against them.</summary>
/// <remarks>
/// It consists of an RDS front for a database of the test's own, STS, and the sources of credentials. <see cref="Run"/> runs the program
/// and searches everything that it prints for secrets.
/// </remarks>
public sealed class AwsBed : IDisposable
{
    /// <summary>The endpoint name of the RDS instance.</summary>
    public const string Endpoint = "kongdb.c1abcdefghij.us-east-1.rds.amazonaws.com";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("migrator-aws-");
    private readonly ConcurrentBag<string> secrets = [];
    private readonly TestCertificates authority;

    /// <summary>Starts all servers.</summary>
    /// <param name="certificateHost">The name in the server's certificate.</param>
    /// <param name="notAfter">When the certificate expires; null for in a year.</param>
    /// <param name="issuer">The name of the certificate authority that issued it.</param>
    public AwsBed(string certificateHost = Endpoint, DateTimeOffset? notAfter = null, string issuer = "Test RDS Root CA")
    {
        authority = new TestCertificates(issuer);
        Database = PostgresServer.Shared.CreateDatabase();
        Certificate = CertificateFor(certificateHost, notAfter);
        WebCertificate = CertificateFor("127.0.0.1", notAfter: null);
        Sts = new StsServer(Account);
        Metadata = new MetadataServers(Account);
        Front = new RdsFront(Database.Server.Port, new TokenVerifier(Account, Endpoint, 5432, "us-east-1"), Certificate);
        Front.IamUsers["kong"] = [];
        RootFile = Write("root.pem", authority.RootPem);
        User = Account.CreateUser("dev");
    }

    /// <summary>The AWS account.</summary>
    public AwsAccount Account { get; } = new();

    /// <summary>A user with access keys.</summary>
    public AwsIdentity User { get; }

    /// <summary>The database behind the RDS front.</summary>
    public TestDatabase Database { get; }

    /// <summary>The RDS front.</summary>
    public RdsFront Front { get; }

    /// <summary>The STS server.</summary>
    public StsServer Sts { get; }

    /// <summary>The sources of credentials.</summary>
    public MetadataServers Metadata { get; }

    /// <summary>The server's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>A certificate for an HTTPS server.</summary>
    public X509Certificate2 WebCertificate { get; }

    /// <summary>The file with the certificate authority's certificate.</summary>
    public string RootFile { get; }

    /// <summary>A folder for files.</summary>
    public string Folder => folder.FullName;

    /// <summary>The keys of <see cref="User"/> as environment variables.</summary>
    public (string, string)[] UserKeys => [("AWS_ACCESS_KEY_ID", User.AccessKey), ("AWS_SECRET_ACCESS_KEY", User.SecretKey)];

    /// <summary>Settings for a connection to the RDS front by address; the endpoint name is set separately.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("pg_host", "127.0.0.1"),
        ("pg_port", Front.Port.ToString(CultureInfo.InvariantCulture)),
        ("pg_user", "kong"),
        ("pg_database", Database.Name),
        ("pg_iam_auth", "on"),
        ("lua_ssl_trusted_certificate", RootFile),

        // Tests run in parallel, and this does not test the limit.
        ("pg_timeout", "60000"),
    ];

    /// <summary>Writes a file into the folder.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Adds a text that must be printed nowhere.</summary>
    public string Secret(string text)
    {
        secrets.Add(text);
        return text;
    }

    /// <summary>Runs the program at the most verbose log level, and asserts that it printed no secret.</summary>
    /// <param name="command">The command with its options.</param>
    /// <param name="variables">Environment variables. Those with an empty value are left out.</param>
    /// <param name="settings">Settings in addition to <see cref="Settings"/>. Later ones override earlier ones.</param>
    public ProcessResult Run(string command, (string, string)[] variables, params (string Key, string Value)[] settings)
    {
        using var conf = new KongConf([.. Settings, .. settings]);
        var environment = Variables(variables);
        var result = MigratorProcess.Run($"{command} --vv -c {conf.Path}", environment);
        AssertNoSecret(result, isToken: command.StartsWith("token", StringComparison.Ordinal));
        return result;
    }

    /// <summary>The environment variables of a run: those of the test bed and the given ones.</summary>
    public IReadOnlyDictionary<string, string> Variables(params (string Name, string Value)[] given) => new (string Name, string Value)[]
        {
            ("HOME", Folder),
            ("MIGRATOR_IAM_SPREAD", "0"),
            ("MIGRATOR_IAM_ENDPOINT", Endpoint + ":5432"),
            ("AWS_ENDPOINT_URL_STS", Sts.Url),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", Metadata.Url),
        }
        .Concat(given).GroupBy(v => v.Name, StringComparer.Ordinal).Select(g => g.Last()).Where(v => v.Value.Length > 0)
        .ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);

    /// <summary>Asserts that no secret was printed: no secret key, session token, token or signature.</summary>
    /// <param name="result">The result of the run.</param>
    /// <param name="isToken">Whether the command prints a token on stdout. Its signature must still not be on stderr.</param>
    public void AssertNoSecret(ProcessResult result, bool isToken = false)
    {
        string[] hidden =
        [
            .. Account.Secrets, .. secrets, Metadata.ContainerToken, Metadata.PortalToken,
                .. Front.Logins.Where(l => l.Password.Length > 0).Select(l => l.Password),
            .. Front.Logins.Select(l => l.Password.Split("X-Amz-Signature=").ElementAtOrDefault(1)?.Split('&')[0]).OfType<string>(),
                "X-Amz-Signature", "X-Amz-Security-Token",
        ];
        foreach (var secret in hidden)
        {
            Assert.That(result.Errors, Does.Not.Contain(secret), "a secret on stderr");
            Assert.That(result.Errors, Does.Not.Contain(Uri.EscapeDataString(secret)), "a secret on stderr, encoded");
            if (!isToken)
            {
                Assert.That(result.Output, Does.Not.Contain(secret), "a secret on stdout");
            }
        }

        Assert.That(result.Output, Does.Not.Contain(User.SecretKey));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Front.Dispose();
        Sts.Dispose();
        Metadata.Dispose();
        Database.Dispose();
        Certificate.Dispose();
        WebCertificate.Dispose();
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private X509Certificate2 CertificateFor(string host, DateTimeOffset? notAfter)
    {
        var where = folder.CreateSubdirectory("certificate-" + host).FullName;
        authority.WriteServer(where, host, notAfter);
        using var pem = X509Certificate2.CreateFromPemFile(Path.Combine(where, "server.crt"), Path.Combine(where, "server.key"));
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
    }
}
