using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;
using Migrator.Iam.Credentials;
using Migrator.Iam.Diagnosis;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;

namespace Migrator.Iam;

/// <summary>The steps before a token can be signed.</summary>
/// <remarks>
/// The endpoint to sign for, the region, the STS endpoint, the source of the credentials and the role. Each step has its own errors.
/// </remarks>
internal sealed class IamSetup : IDisposable
{
    private readonly PostgresSettings settings;
    private readonly IamSettings iam;
    private readonly AwsEnvironment environment;
    private readonly AwsProfiles profiles;
    private readonly MetadataHttp metadata = new();
    private readonly RegionFinder regions;
    private readonly SharedSettings shared;

    /// <summary>Prepares the steps. Contacts nothing.</summary>
    public IamSetup(PostgresSettings settings, IReadOnlyDictionary<string, string> variables)
    {
        this.settings = settings;
        iam = settings.Iam ?? throw new ArgumentException("There are no IAM settings.", nameof(settings));
        environment = new AwsEnvironment(variables);
        profiles = new AwsProfiles(environment);
        shared = new SharedSettings(environment, profiles);
        regions = new RegionFinder(environment, profiles, metadata);
    }

    /// <summary>Performs all steps up to the credentials. Signs nothing yet.</summary>
    /// <param name="settings">The settings, with IAM on.</param>
    /// <param name="variables">The environment variables.</param>
    /// <param name="progress">Receives the result of each step.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The login; null if a step failed, which <paramref name="progress"/> has reported.</returns>
    public static async Task<IamLogin?> FindLoginAsync(
        PostgresSettings settings, IReadOnlyDictionary<string, string> variables, TokenProgress progress, TimeProvider time,
        CancellationToken cancellationToken)
    {
        IamLogin? login = null;
        var setup = new IamSetup(settings, variables);
        try
        {
            return login = await setup.FindLoginAsync(progress, time, cancellationToken);
        }
        finally
        {
            if (login is null)
            {
                setup.Dispose();
            }
        }
    }

    /// <summary>The STS client for the region that this program runs in, or else for the database's region.</summary>
    public StsClient Sts(AwsRegion region)
    {
        var clock = new ServerClock(TimeProvider.System);
        return new StsClient(
            () => StsEndpoint.Choose(iam, settings.IsReadOnly, shared, regions.FromEnvironment() ?? region),
            new AwsHttp(shared, clock, StsAnswer.Check), clock);
    }

    /// <summary>Chooses the source of the credentials.</summary>
    public ICredentialSource Source(StsClient sts) => CredentialChain.Choose(environment, profiles, sts, metadata);

    /// <inheritdoc />
    public void Dispose() => metadata.Dispose();

    private async Task<IamLogin?> FindLoginAsync(
        TokenProgress progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var endpoint = await progress.TryAsync(
            "RDS endpoint", () => EndpointAsync(cancellationToken), e => $"{e.Host}:{e.Port} (from {e.Source})");
        if (endpoint is null)
        {
            return null;
        }

        progress.EndpointFound(endpoint);
        var region = await progress.TryAsync(
            "region", () => RegionAsync(endpoint, cancellationToken), r => $"{r.Name} (from {r.Source})");
        if (region is null)
        {
            return null;
        }

        progress.RegionFound(endpoint, region, regions.Conflicting(endpoint));
        // Without a role no request goes to STS, and what is wrong with its endpoint does not matter.
        var sts = Sts(region);
        await progress.TryAsync(
            "STS endpoint", () => Task.FromResult(sts),
            s => $"{s.Endpoint.Url}, signed for {s.Endpoint.Region} (from {s.Endpoint.Source})");
        ICredentialSource? source = null;
        var keys = await progress.TryAsync(
            "credentials found", () => (source = Source(sts)).GetAsync(cancellationToken),
            k => $"access key {k.AccessKey}, from {k.Source}{Until(k)}");
        if (keys is not null && iam.AssumeRoleArn is { } role)
        {
            // Uses the credentials just found. The source is asked again only if a token would outlive its credentials.
            var assumed = Signing(new FixedSource(keys), sts);
            keys = await progress.TryAsync(
                "role assumed", () => assumed.GetAsync(cancellationToken), k => $"{role}, access key {k.AccessKey}{Until(k)}");
        }

        if (keys is null)
        {
            return null;
        }

        await progress.CredentialsFoundAsync(sts, keys, cancellationToken);
        var facts = new IamFacts(endpoint, region, settings.User, keys);
        return new IamLogin(this, settings, Signing(source!, sts), sts, facts, time);
    }

    /// <summary>The endpoint to sign for.</summary>
    private Task<SigningEndpoint> EndpointAsync(CancellationToken cancellationToken) => UnixSocket.TryParse(settings.Host) is null
        ? SigningEndpoint.FindAsync(settings, new AliasResolver(), cancellationToken)
        : throw new MigratorException(
            $"IAM authentication needs a connection over TCP and TLS, and the host is the Unix socket {settings.Host}.",
                "Name the RDS endpoint in pg_host, or write pg_iam_auth = off.")
        { ExitCode = Errors.ExitCode.Usage };

    /// <summary>The region to sign for.</summary>
    private Task<AwsRegion> RegionAsync(SigningEndpoint endpoint, CancellationToken cancellationToken) =>
        regions.FindAsync(endpoint, cancellationToken);

    /// <summary>The source of the credentials to sign with: the assumed role if one is set, otherwise the given source.</summary>
    private ICredentialSource Signing(ICredentialSource source, StsClient sts) =>
        iam.AssumeRoleArn is { } role ? new AssumedRoleSource(source, sts, new RoleRequest(role, iam.RoleSessionName)) : source;

    private static string Until(AwsKeys keys) => keys.Expires is { } end ? FormattableString.Invariant($", until {end:u}") : "";
}
