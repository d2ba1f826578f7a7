using Migrator.Configuration.Connection;
using Migrator.Iam;
using Migrator.Iam.Aws;
using Migrator.Iam.Credentials;
using Migrator.Iam.Diagnosis;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;

namespace Migrator.Preflight;

/// <summary>The preconditions of a token: name, region, credentials, role, signature.</summary>
internal sealed class TokenCheck(PostgresSettings settings, IReadOnlyDictionary<string, string> variables, string conf, Checklist list)
{
    /// <summary>The name that is signed, once it is known: the server's certificate may be for it.</summary>
    public string? ServerName { get; private set; }

    /// <summary>Looks at them.</summary>
    /// <returns>The way to log in; null where there is no token.</returns>
    public async Task<IamLogin?> RunAsync(CancellationToken cancellationToken)
    {
        var steps = new IamSetup(settings, variables);
        var login = await FindAsync(steps, cancellationToken);
        if (login is null)
        {
            list.Unseen("token signed", "what it needs is missing");
            steps.Dispose();
            return null;
        }

        // Not by signing alone: credentials that have expired are refused on the way to a password.
        if (await list.TryAsync("token signed", () => login.PasswordAsync(cancellationToken).AsTask(), _ => login.Facts.ToString()) is null)
        {
            login.Dispose();
            return null;
        }

        return login;
    }

    private async Task<IamLogin?> FindAsync(IamSetup steps, CancellationToken cancellationToken)
    {
        var endpoint = await list
            .TryAsync("RDS endpoint", () => steps.EndpointAsync(cancellationToken), e => $"{e.Host}:{e.Port} (from {e.Source})");
        if (endpoint is null)
        {
            return null;
        }

        ServerName = endpoint.Host;
        if (endpoint.Rds is null)
        {
            list.NotMet("RDS endpoint name",
                $"'{endpoint.Host}' is not the name of an RDS endpoint, and a token for another name is refused",
                $"migrator check -c {conf} --iam-endpoint HOST[:PORT]");
        }

        var region = await list
            .TryAsync("region", () => steps.RegionAsync(endpoint, cancellationToken), r => $"{r.Name} (from {r.Source})");
        if (region is null)
        {
            return null;
        }

        var sts = await list.TryAsync("STS endpoint", () => Task.FromResult(steps.Sts(region)), s => $"{s.Endpoint.Url}, signed for "
            + $"{s.Endpoint.Region} (from {s.Endpoint.Source})");
        return sts is null ? null : await CredentialsAsync(steps, endpoint, region, sts, cancellationToken);
    }

    private async Task<IamLogin?> CredentialsAsync(
        IamSetup steps, SigningEndpoint endpoint, AwsRegion region, StsClient sts, CancellationToken cancellationToken)
    {
        var found = await list
            .TryAsync("credentials found", () => steps.Source(sts).GetAsync(cancellationToken), k =>
            $"access key {k.AccessKey}, from {k.Source}{Until(k)}");
        if (found is null)
        {
            return null;
        }

        // The place has been asked: it is not asked twice.
        var source = steps.Signing(new FixedSource(found), sts);
        var keys = source is AssumedRoleSource
            ? await list.TryAsync("role assumed", () => source.GetAsync(cancellationToken), k => $"{settings.Iam?.AssumeRoleArn}, access "
                + $"key {k.AccessKey}{Until(k)}")
            : found;
        if (keys is null)
        {
            return null;
        }

        await IdentityAsync(sts, keys, cancellationToken);
        return new IamLogin(steps, settings, source, sts, new IamFacts(endpoint, region, settings.User, keys), TimeProvider.System);
    }

    private async Task IdentityAsync(StsClient sts, AwsKeys keys, CancellationToken cancellationToken)
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
            list.Unseen("identity", e.Message);
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
            list.Unseen("clock", "AWS did not say its time");
        }
    }

    private static string Until(AwsKeys keys) => keys.Expires is { } end ? FormattableString.Invariant($", until {end:u}") : "";
}
