using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Credentials;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;

namespace Migrator.Iam;

/// <summary>
/// The steps to a token, each of which may fail with its own words: the endpoint to sign for, the region, the STS to ask, the place that
/// credentials come from, the role.
/// </summary>
internal sealed class IamSetup : IDisposable
{
    private readonly PostgresSettings settings;
    private readonly IamSettings iam;
    private readonly AwsEnvironment environment;
    private readonly AwsProfiles profiles;
    private readonly MetadataHttp metadata = new();
    private readonly RegionFinder regions;

    /// <summary>Prepares the steps. Contacts nothing.</summary>
    public IamSetup(PostgresSettings settings, IReadOnlyDictionary<string, string> variables)
    {
        this.settings = settings;
        iam = settings.Iam ?? throw new ArgumentException("There are no IAM settings.", nameof(settings));
        environment = new AwsEnvironment(variables);
        profiles = new AwsProfiles(environment);
        regions = new RegionFinder(environment, profiles, metadata);
    }

    /// <summary>Which name to sign for.</summary>
    public Task<SigningEndpoint> EndpointAsync(CancellationToken cancellationToken) => UnixSocket.TryParse(settings.Host) is null
        ? SigningEndpoint.FindAsync(settings, cancellationToken)
        : throw new MigratorException(
            $"IAM authentication needs a connection over TCP and TLS, and the host is the Unix socket {settings.Host}.", cause: null,
                "Name the RDS endpoint in pg_host, or write pg_iam_auth = off.");

    /// <summary>Which region to sign for.</summary>
    public Task<AwsRegion> RegionAsync(SigningEndpoint endpoint, CancellationToken cancellationToken) =>
        regions.FindAsync(endpoint.Rds, cancellationToken);

    /// <summary>The region of the surroundings where it is not the database's.</summary>
    public AwsRegion? Contradiction(SigningEndpoint endpoint) => endpoint.Rds is { } rds ? regions.Contradicting(rds) : null;

    /// <summary>The STS to ask: that of the region that this program runs in, else of the database's.</summary>
    public StsClient Sts(AwsRegion region)
    {
        var clock = new ServerClock(TimeProvider.System);
        return new StsClient(
            StsEndpoint.Choose(iam, settings.IsReadOnly, environment, regions.Nearby() ?? region),
            new AwsHttp(environment, clock, StsAnswer.Check), clock)
        {
            // The SDK reads the shared files when its first client is made, whether they are needed or not.
            Prepare = profiles.RequireReadable,
        };
    }

    /// <summary>Where credentials come from.</summary>
    public ICredentialSource Source(StsClient sts) => CredentialChain.Choose(environment, profiles, sts, metadata);

    /// <summary>Where the credentials to sign with come from: the role's, where one is to be assumed.</summary>
    public ICredentialSource Signing(ICredentialSource source, StsClient sts) =>
        iam.AssumeRoleArn is { } role ? new AssumedRoleSource(source, sts, role, iam.RoleSessionName, externalId: null) : source;

    /// <inheritdoc />
    public void Dispose() => metadata.Dispose();
}
