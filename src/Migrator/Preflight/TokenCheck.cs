using Migrator.Configuration.Connection;
using Migrator.Iam;
using Migrator.Iam.Aws;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;

namespace Migrator.Preflight;

/// <summary>Checks the steps to a token: endpoint, region, STS, credentials, role, identity and signature.</summary>
internal sealed class TokenCheck(PostgresSettings settings, IReadOnlyDictionary<string, string> variables, string conf, Checklist list)
    : TokenProgress
{
    /// <summary>The name of the check of the endpoint's name.</summary>
    public const string EndpointName = "RDS endpoint name";

    /// <summary>The names of the checks whose failures a login with the token refutes.</summary>
    public static readonly IReadOnlyList<string> OfToken = [EndpointName, "STS endpoint", "identity", "clock"];

    /// <summary>The host name that is signed, which the server's certificate may have; null until it is known.</summary>
    public string? ServerName { get; private set; }

    /// <summary>Runs the steps.</summary>
    /// <returns>The login; null if there is no token.</returns>
    public async Task<IamLogin?> RunAsync(CancellationToken cancellationToken)
    {
        var login = await IamSetup.FindLoginAsync(settings, variables, this, TimeProvider.System, cancellationToken);
        if (login is null)
        {
            list.NotTested("token signed", "what it needs is missing");
            return null;
        }

        // PasswordAsync instead of Sign: it also refuses expired credentials.
        if (await TryAsync("token signed", () => login.PasswordAsync(cancellationToken).AsTask(), _ => login.Facts.ToString()) is null)
        {
            login.Dispose();
            return null;
        }

        return login;
    }

    /// <inheritdoc />
    public override Task<T?> TryAsync<T>(string step, Func<Task<T>> action, Func<T, string> describe)
        where T : class => list.TryAsync(step, action, describe);

    /// <inheritdoc />
    public override void EndpointFound(SigningEndpoint endpoint)
    {
        ServerName = endpoint.Host;
        if (endpoint.Rds is null)
        {
            list.NotMet(EndpointName,
                $"'{endpoint.Host}' is not the name of an RDS endpoint, and a token for another name is refused"
                    + (endpoint.Failure is { } unknown ? $"; whether it is an alias of one is not known ({unknown})" : ""),
                $"migrator check -c {conf} --iam-endpoint HOST[:PORT]");
        }
    }

    /// <inheritdoc />
    public override void RegionFound(SigningEndpoint endpoint, AwsRegion region, AwsRegion? contradiction)
    {
        if (endpoint is { Rds.Region: null, Regional: null, Failure: { } unknown })
        {
            list.NotTested("region of the primary cluster",
                $"{endpoint.Host} is the endpoint of a global database, and its primary cluster is not known ({unknown}): region "
                    + $"{region.Name} is from {region.Source}");
        }
    }

    /// <inheritdoc />
    public override async Task CredentialsFoundAsync(StsClient sts, AwsKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            list.Met("identity", await sts.IdentityAsync(keys, cancellationToken));
        }
        catch (StsException e)
        {
            list.NotMet("identity", e);
        }
        catch (Errors.MigratorException e)
        {
            list.NotTested("identity", e.Message);
        }

        if (sts.Clock.Ahead is { } ahead && ahead.Duration() > TimeSpan.FromMinutes(4))
        {
            list.NotMet("clock", FormattableString.Invariant($"this machine is {ahead.TotalSeconds:0} s ahead of AWS"), "chronyc makestep");
        }
        else if (sts.Clock.Ahead is not null)
        {
            list.Met("clock", "agrees with that of AWS");
        }
        else
        {
            list.NotTested("clock", "AWS did not say its time");
        }
    }
}
