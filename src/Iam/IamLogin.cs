using System.Diagnostics;
using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;
using Migrator.Iam.Credentials;
using Migrator.Iam.Diagnosis;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;

namespace Migrator.Iam;

/// <summary>Logs in to Amazon RDS with a token. It gets credentials once, and signs a new token for each connection.</summary>
internal sealed class IamLogin : ILogin, IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);

    private readonly IamSetup setup;
    private readonly PostgresSettings settings;
    private readonly ICredentialSource source;
    private readonly StsClient sts;
    private readonly TimeProvider time;
    private AwsKeys keys;

    /// <summary>Creates a login from the results of the setup. It owns and disposes the setup.</summary>
    public IamLogin(IamSetup setup, PostgresSettings settings, ICredentialSource source, StsClient sts, IamFacts facts, TimeProvider time)
    {
        (this.setup, this.settings, this.source, this.sts, this.time) = (setup, settings, source, sts, time);
        Facts = facts with { IsServerKnown = settings.Tls is { Verify: true, VerifyHost: true } };
        keys = facts.Keys;
    }

    /// <summary>The values in the signature; after <see cref="PasswordAsync"/> also the time of signing.</summary>
    public IamFacts Facts { get; private set; }

    /// <summary>
    /// The settings for the connection. They also accept a certificate for the signed name: behind an alias or a tunnel, the server's
    /// certificate has that name.
    /// </summary>
    public PostgresSettings Settings => settings with { Tls = settings.Tls with { ServerName = Facts.Endpoint.Host } };

    /// <summary>Performs all steps up to the token, before any connection to the database.</summary>
    /// <param name="settings">The settings, with IAM on.</param>
    /// <param name="variables">The environment variables.</param>
    /// <param name="connects">Whether the token is for a connection, so that the host has to be resolved.</param>
    /// <param name="say">Receives messages to the operator.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">No region or no credentials were found.</exception>
    public static async Task<IamLogin> PrepareAsync(
        PostgresSettings settings, IReadOnlyDictionary<string, string> variables, bool connects, Action<Diagnostic> say, TimeProvider time,
        CancellationToken cancellationToken)
    {
        // Signing uses OpenSSL, as TLS does.
        OpenSsl.RequireFor(settings.Tls);
        var login = await IamSetup.FindLoginAsync(settings, variables, new RunProgress(settings, connects, say), time, cancellationToken)
            ?? throw new UnreachableException("A step of a run fails with an exception.");
        try
        {
            if (await login.RefreshAsync(cancellationToken) is { } warning)
            {
                say(warning);
            }
        }
        catch
        {
            login.Dispose();
            throw;
        }

        say(new Diagnostic(DiagnosticKind.Detail, "IAM token: " + login.Facts));
        return login;
    }

    /// <summary>Signs a token.</summary>
    public Secret Sign()
    {
        var now = time.GetUtcNow();
        var life = keys.Expires is { } end && end - now < RdsAuthToken.Life ? end - now : RdsAuthToken.Life;
        Facts = Facts with { Keys = keys, SignedAt = now };
        return RdsAuthToken.Generate(keys, Facts.Region.Name, Facts.Endpoint.Host, Facts.Endpoint.Port, settings.User, now, life);
    }

    /// <summary>Asks STS for the identity that the credentials belong to.</summary>
    public Task<string> IdentityAsync(CancellationToken cancellationToken) => sts.IdentityAsync(keys, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<string> PasswordAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        return Sign().Reveal();
    }

    /// <inheritdoc />
    public async Task<MigratorException?> ExplainAsync(LoginRefusal refusal, CancellationToken cancellationToken)
    {
        if (!IamDiagnosis.IsAboutTokens(refusal))
        {
            return null;
        }

        var identity = await CallerIdentity.AskAsync(sts, keys, cancellationToken);
        return IamDiagnosis.Explain(refusal, Facts, identity, sts.Clock, time);
    }

    /// <inheritdoc />
    public void Dispose() => setup.Dispose();

    /// <summary>Gets new credentials if the present ones expire before the token would.</summary>
    /// <remarks>
    /// RDS refuses a token whose credentials have expired. If the source has no credentials that last longer, the token expires with them.
    /// </remarks>
    /// <returns>A warning if the token's life is shortened; otherwise null.</returns>
    private async Task<Diagnostic?> RefreshAsync(CancellationToken cancellationToken)
    {
        if (Left() >= RdsAuthToken.Life)
        {
            return null;
        }

        keys = await source.GetAsync(cancellationToken);
        Facts = Facts with { Keys = keys };
        if (Left() < Shortest)
        {
            throw new MigratorException(
                $"The AWS credentials from {keys.Source} have expired, or will in a moment ({keys.Expires:u}).",
                    "This machine's clock may be off.", "Get new ones, and compare the clock: date -u");
        }

        return Left() >= RdsAuthToken.Life ? null : new Diagnostic(
            DiagnosticKind.Warning, $"The AWS credentials from {keys.Source} expire at {keys.Expires:u}, in less than the 15 minutes of "
                + "a token: the token expires with them.");
    }

    private TimeSpan Left() => keys.Expires is { } end ? end - time.GetUtcNow() : TimeSpan.MaxValue;

    /// <summary>The progress of a run: a step that fails throws its exception; messages go to the operator.</summary>
    private sealed class RunProgress(PostgresSettings settings, bool connects, Action<Diagnostic> say) : TokenProgress
    {
        // The name to sign is not known before the host can be resolved: --wait has to try both again.
        public override void EndpointFound(SigningEndpoint endpoint)
        {
            if (connects && endpoint.IsUnresolved && settings.Iam?.Endpoint is null)
            {
                throw settings.Unresolved(endpoint.Failure ?? "");
            }
        }

        public override async Task<T?> TryAsync<T>(string step, Func<Task<T>> action, Func<T, string> describe)
            where T : class => await action();

        public override void RegionFound(SigningEndpoint endpoint, AwsRegion region, AwsRegion? contradiction)
        {
            foreach (var diagnostic in IamDiagnostics.Of(settings, endpoint, region, contradiction))
            {
                say(diagnostic);
            }
        }
    }
}
