using Migrator.Configuration.Connection;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Diagnosis;
using Migrator.Iam.Signing;
using TestSupport;

namespace Migrator.Tests.Iam;

/// <summary>The name that a token is signed for, and the region that it tells.</summary>
internal sealed class SigningEndpointTests
{
    private const string Global = "kong.global-abcdefghij12.global.rds.amazonaws.com";
    private const string Cluster = "kong.cluster-c1abcdefghij.eu-central-1.rds.amazonaws.com";
    private const string Instance = "kong-1.c1abcdefghij.eu-central-1.rds.amazonaws.com";
    private const string Machine = "ec2-3-4-5-6.eu-central-1.compute.amazonaws.com";

    private DnsServer server = null!;
    private DirectoryInfo folder = null!;

    [SetUp]
    public void Start()
    {
        server = new DnsServer();
        folder = Directory.CreateTempSubdirectory("migrator-dns-");
    }

    [TearDown]
    public void Stop()
    {
        server.Dispose();
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task The_first_RDS_name_of_a_chain_is_signed()
    {
        server.Chain("db.example.com", "db-2.example.com", Cluster, Instance, Machine);
        var endpoint = await FindAsync("db.example.com");
        Assert.That((endpoint.Host, endpoint.IsFollowed, endpoint.Regional?.Host, endpoint.Failure),
            Is.EqualTo((Cluster, true, Cluster, (string?)null)));
        Assert.That(Said(endpoint).Single(), Is.EqualTo((DiagnosticKind.Info,
            $"db.example.com is an alias of the RDS endpoint {Cluster}: the token is signed for that")));
    }

    [Test]
    public async Task A_publicly_accessible_endpoint_is_signed_although_it_ends_at_EC2()
    {
        server.Chain("db.example.com", Instance, Machine);
        Assert.That((await FindAsync("db.example.com")).Host, Is.EqualTo(Instance));
    }

    [Test]
    public async Task A_name_that_is_no_alias_of_RDS_is_signed_with_a_warning()
    {
        server.Chain("db.example.com", "other.example.com");
        var endpoint = await FindAsync("db.example.com");
        Assert.That((endpoint.Host, endpoint.Rds, endpoint.IsUnresolved), Is.EqualTo(("db.example.com", (RdsEndpoint?)null, false)));
        Assert.That(Said(endpoint).Single().Kind, Is.EqualTo(DiagnosticKind.Warning));
    }

    [Test]
    public async Task An_RDS_name_is_not_asked_for()
    {
        Assert.That((await FindAsync(Instance)).Regional?.Region, Is.EqualTo("eu-central-1"));
        Assert.That(server.Queries, Is.Empty);
    }

    [Test]
    public async Task A_global_writer_endpoint_is_signed_for_the_region_of_its_cluster()
    {
        server.Chain(Global, Cluster, Instance, Machine);
        var endpoint = await FindAsync(Global.ToUpperInvariant() + ".");
        Assert.That((endpoint.Host, endpoint.Regional?.Host), Is.EqualTo((Global, Cluster)));
        Assert.That((await RegionAsync(endpoint)).Name, Is.EqualTo("eu-central-1"));
        Assert.That(Said(endpoint).Single(), Is.EqualTo((DiagnosticKind.Info,
            $"{Global} is an alias of the primary cluster {Cluster}: the token is signed for region eu-central-1")));
    }

    [Test]
    public async Task An_alias_of_a_global_writer_endpoint_is_signed_for_the_global_name()
    {
        server.Chain("db.example.com", Global, Cluster, Instance);
        var endpoint = await FindAsync("db.example.com");
        Assert.That((endpoint.Host, endpoint.Regional?.Host), Is.EqualTo((Global, Cluster)));
    }

    [Test]
    public async Task A_global_writer_endpoint_in_iam_endpoint_is_followed_too()
    {
        server.Chain(Global, Cluster);
        var endpoint = await FindAsync("127.0.0.1", new EndpointName(Global, Port: 5433));
        Assert.That((endpoint.Host, endpoint.Port, endpoint.Regional?.Host), Is.EqualTo((Global, 5433, Cluster)));
    }

    [Test]
    public async Task Without_DNS_the_region_of_a_global_writer_endpoint_is_AWS_REGION_with_a_warning()
    {
        server.Dispose();
        var endpoint = await FindAsync(Global);
        var region = await RegionAsync(endpoint, ("AWS_REGION", "eu-west-1"));
        Assert.That((region.Name, region.Source), Is.EqualTo(("eu-west-1", "AWS_REGION")));
        var (kind, text) = Said(endpoint, region).Single();
        Assert.That(kind, Is.EqualTo(DiagnosticKind.Warning));
        Assert.That(text, Does.StartWith($"{Global} is the endpoint of a global database, and its primary cluster is not known: name "
            + "server 127.0.0.1: Connection refused").And.EndsWith("The token is signed for region eu-west-1, from AWS_REGION."));
    }

    [Test]
    public async Task Without_any_region_a_global_writer_endpoint_is_an_error_that_may_pass()
    {
        server.Dispose();
        var endpoint = await FindAsync(Global);
        var error = await Assert.ThrowsAsync<MigratorException>(() => RegionAsync(endpoint, ("AWS_EC2_METADATA_DISABLED", "true")));
        Assert.That(error!.Message, Does.Contain("its aliases are not known: name server 127.0.0.1: Connection refused"));
        Assert.That(error.IsTransient);
    }

    [Test]
    public async Task A_host_that_cannot_be_resolved_now_is_said_to_be_so()
    {
        server.Dispose();
        var endpoint = await FindAsync("db.invalid");
        Assert.That((endpoint.IsUnresolved, endpoint.Failure?.Split(':')[0]), Is.EqualTo((true, "name server 127.0.0.1")));
    }

    [TestCase("a b")]
    [TestCase("http://db.example.com")]
    [TestCase("db.example.com/kong")]
    public async Task A_token_cannot_be_signed_for_a_host_that_is_none(string host) =>
        Assert.That((await Assert.ThrowsAsync<MigratorException>(() => FindAsync(host)))!.ExitCode, Is.EqualTo(ExitCode.Usage));

    [TestCase("db.example.com:5433\n", "db.example.com", 5433)]
    [TestCase("  DB.example.com. \r\n", "db.example.com", null)]
    [TestCase("127.0.0.1:1", "127.0.0.1", 1)]
    [TestCase("db_1.internal:65535", "db_1.internal", 65535)]
    public void The_endpoint_of_the_option_is_trimmed(string text, string host, int? port) =>
        Assert.That(EndpointName.TryParse(text), Is.EqualTo(new EndpointName(host, port)));

    [TestCase("")]
    [TestCase(" \n")]
    [TestCase("https://db.example.com:5432")]
    [TestCase("db.example.com/")]
    [TestCase("db.example.com:5432/kong")]
    [TestCase("me:secret@db.example.com")]
    [TestCase("db.example.com:")]
    [TestCase(":5432")]
    [TestCase("db.example.com:0")]
    [TestCase("db.example.com:65536")]
    [TestCase("db.example.com:99999")]
    [TestCase("db.example.com:54 32")]
    [TestCase("db.example.com:+1")]
    [TestCase("db example.com")]
    [TestCase("db.example.com\nother.example.com")]
    [TestCase("[::1]:5432")]
    [TestCase("::1")]
    [TestCase("a..b")]
    [TestCase("größe.example.com")]
    public void Another_endpoint_is_refused(string text) => Assert.That(EndpointName.TryParse(text), Is.Null);

    private static IEnumerable<(DiagnosticKind Kind, string Text)> Said(SigningEndpoint endpoint, AwsRegion? region = null) =>
        IamDiagnostics.Of(Settings("db.example.com"), endpoint, region ?? new AwsRegion("eu-central-1", "a test"), contradiction: null)
            .Where(d => !d.Text.Contains("certificate", StringComparison.Ordinal)).Select(d => (d.Kind, d.Text));

    private static PostgresSettings Settings(string host, EndpointName? endpoint = null) =>
        new()
        {
            Host = host,
            Port = 5432,
            User = "kong",
            Database = "kong",
            ConnectTimeout = TimeSpan.FromSeconds(60),
            Tls = TlsSettings.Off,
            Iam = new IamSettings { Endpoint = endpoint },
        };

    private static async Task<AwsRegion> RegionAsync(SigningEndpoint endpoint, params (string Name, string Value)[] variables)
    {
        var environment = new AwsEnvironment(new Dictionary<string, string>(
            variables.Append(("HOME", "/nowhere")).Select(v => KeyValuePair.Create(v.Item1, v.Item2)), StringComparer.Ordinal));
        using var http = new MetadataHttp();
        return await new RegionFinder(environment, new AwsProfiles(environment), http).FindAsync(endpoint, CancellationToken.None);
    }

    private Task<SigningEndpoint> FindAsync(string host, EndpointName? endpoint = null) => SigningEndpoint.FindAsync(
        Settings(host, endpoint),
        new AliasResolver
        {
            ConfigurationFile = DnsServer.WriteConfiguration(folder.FullName),
            HostsFile = "/nowhere",
            Port = server.Port,
            Limit = TimeSpan.FromSeconds(60),
        },
        CancellationToken.None);
}
