using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace TestSupport.Aws;

/// <summary>
/// All of AWS that a login needs, on loopback: an RDS front before a database of the test's own, STS, and the places of credentials. Its
/// <see cref="Run"/> runs the program and looks for secrets in everything that it printed.
/// </summary>
public sealed class AwsBed : IDisposable
{
    /// <summary>The name that the server knows itself by.</summary>
    public const string Endpoint = "kongdb.c1abcdefghij.us-east-1.rds.amazonaws.com";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("migrator-aws-");
    private readonly ConcurrentBag<string> secrets = [];
    private readonly TestCertificates authority;

    /// <summary>Starts everything.</summary>
    /// <param name="certificateHost">The name in the server's certificate.</param>
    /// <param name="notAfter">When that expires; null for in a year.</param>
    /// <param name="issuer">The name of the authority that issued it.</param>
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

    /// <summary>The account.</summary>
    public AwsAccount Account { get; } = new();

    /// <summary>A user with keys of his own.</summary>
    public AwsIdentity User { get; }

    /// <summary>The database behind the front.</summary>
    public TestDatabase Database { get; }

    /// <summary>The front.</summary>
    public RdsFront Front { get; }

    /// <summary>STS.</summary>
    public StsServer Sts { get; }

    /// <summary>The places of credentials.</summary>
    public MetadataServers Metadata { get; }

    /// <summary>The server's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>A certificate for an HTTPS server.</summary>
    public X509Certificate2 WebCertificate { get; }

    /// <summary>The file of the authority's certificate.</summary>
    public string RootFile { get; }

    /// <summary>A folder for files.</summary>
    public string Folder => folder.FullName;

    /// <summary>The keys of <see cref="User"/> as variables.</summary>
    public (string, string)[] UserKeys => [("AWS_ACCESS_KEY_ID", User.AccessKey), ("AWS_SECRET_ACCESS_KEY", User.SecretKey)];

    /// <summary>Settings that lead to the front, by an address: the endpoint's name has to be given.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("pg_host", "127.0.0.1"),
        ("pg_port", Front.Port.ToString(CultureInfo.InvariantCulture)),
        ("pg_user", "kong"),
        ("pg_database", Database.Name),
        ("pg_iam_auth", "on"),
        ("lua_ssl_trusted_certificate", RootFile),

        // Tests run beside each other, and this is not a test of the limit.
        ("pg_timeout", "60000"),
    ];

    /// <summary>Writes a file.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Notes something that must be printed nowhere.</summary>
    public string Secret(string text)
    {
        secrets.Add(text);
        return text;
    }

    /// <summary>Runs the program, with every detail switched on, and asserts that it printed no secret.</summary>
    /// <param name="command">The command with its options.</param>
    /// <param name="variables">Variables; those with an empty value are left out.</param>
    /// <param name="settings">Settings besides <see cref="Settings"/>; later ones win.</param>
    public ProcessResult Run(string command, (string, string)[] variables, params (string Key, string Value)[] settings)
    {
        using var conf = new KongConf([.. Settings, .. settings]);
        var environment = Variables(variables);
        var result = MigratorProcess.Run($"{command} --vv -c {conf.Path}", environment);
        AssertNoSecret(result, isToken: command.StartsWith("token", StringComparison.Ordinal));
        return result;
    }

    /// <summary>The variables of a run: those of the bed, and those given.</summary>
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

    /// <summary>Asserts that nothing secret was printed: no key, no session token, no token, no signature.</summary>
    /// <param name="result">What was printed.</param>
    /// <param name="isToken">Whether the answer is a token, which was asked for; its signature may still not be on stderr.</param>
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
