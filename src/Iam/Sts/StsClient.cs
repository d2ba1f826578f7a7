using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Migrator.Iam.Aws;
using Migrator.Resilience;

namespace Migrator.Iam.Sts;

/// <summary>A client of STS with time limits and retries.</summary>
/// <remarks>Transient errors (throttling, server errors) are retried after growing, random pauses; others are thrown at once.</remarks>
internal sealed class StsClient(Func<StsEndpoint> choose, AwsHttp http, ServerClock clock)
{
    private const int Retries = 3;
    private const int MaxArnLength = 200;
    private const int MaxReasonLength = 300;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LimitOfIdentity = TimeSpan.FromSeconds(4);

    private StsEndpoint? endpoint;

    /// <summary>Creates a client for an endpoint.</summary>
    public StsClient(StsEndpoint endpoint, AwsHttp http, ServerClock clock)
        : this(() => endpoint, http, clock)
    {
    }

    /// <summary>The STS endpoint. It is chosen when it is first needed: a run may do without STS and its settings.</summary>
    public StsEndpoint Endpoint => endpoint ??= choose();

    /// <summary>The clock of AWS, as far as it is known.</summary>
    public ServerClock Clock => clock;

    /// <summary>Assumes a role.</summary>
    public Task<AwsKeys> AssumeRoleAsync(AwsKeys source, RoleRequest role, CancellationToken cancellationToken) => AskAsync(
        Signed(source),
        SecretsOf(source),
        Retries,
        Limit,
        $"AssumeRole of {role.Role}",
        async (client, limit) => Keys(
            (await client.AssumeRoleAsync(
                new AssumeRoleRequest
                {
                    RoleArn = role.Role,
                    RoleSessionName = role.Session,
                    ExternalId = role.ExternalId,
                    DurationSeconds = role.Duration,
                },
                limit)).Credentials,
            $"role {role.Role}, assumed with {source.Source}"),
        e => StsDiagnosis.OfRole(e, Endpoint, role, source, clock),
        cancellationToken);

    /// <summary>Exchanges the token of a service account for the credentials of a role.</summary>
    public Task<AwsKeys> AssumeRoleWithWebIdentityAsync(
        string token, string role, string session, string source, CancellationToken cancellationToken) => AskAsync(
        new AnonymousAWSCredentials(),
        [token],
        Retries,
        Limit,
        $"AssumeRoleWithWebIdentity of {role}",
        async (client, limit) => Keys(
            (await client.AssumeRoleWithWebIdentityAsync(
                new AssumeRoleWithWebIdentityRequest { RoleArn = role, RoleSessionName = session, WebIdentityToken = token },
                    limit)).Credentials,
            source),
        e => StsDiagnosis.OfWebIdentity(e, Endpoint, role, clock),
        cancellationToken);

    /// <summary>Gets the identity that the credentials belong to.</summary>
    /// <remarks>It asks once, with a short time limit, because it only serves to explain another error.</remarks>
    /// <exception cref="MigratorException">STS gave no identity. The type is <see cref="StsException"/> if STS answered.</exception>
    public Task<string> IdentityAsync(AwsKeys keys, CancellationToken cancellationToken) => AskAsync(
        Signed(keys),
        SecretsOf(keys),
        retries: 0,
        LimitOfIdentity,
        "GetCallerIdentity",
        async (client, limit) => Arn((await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), limit)).Arn, SecretsOf(keys)),
        e => StsDiagnosis.OfIdentity(e, Endpoint, keys, clock),
        cancellationToken);

    private AwsProxy? Proxy => http.Proxy(Endpoint.Url);

    private async Task<T> AskAsync<T>(
        AWSCredentials credentials,
        IReadOnlyList<string> secrets,
        int retries,
        TimeSpan time,
        string what,
        Func<AmazonSecurityTokenServiceClient, CancellationToken, Task<T>> ask,
        Func<StsRefusal, MigratorException> explain,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        using var client = new AmazonSecurityTokenServiceClient(credentials, Configuration());
        var backoff = new Backoff(limit: TimeSpan.Zero, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(2.4), TimeProvider.System);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask(client, limit.Token);
            }
            catch (Exception e) when (e.Find<MigratorException>() is not null)
            {
                throw e.Find<MigratorException>()!;
            }
            catch (Exception e) when (attempt < retries && !limit.IsCancellationRequested && StsDiagnosis.IsTransient(e))
            {
                await backoff.PauseAsync(cancellationToken);
            }
            catch (Exception e) when (AnswerException.In(e) is { } unusable)
            {
                throw StsDiagnosis.Unusable(unusable.Message, Endpoint, what, Proxy, unusable.IsTransient);
            }
            catch (AmazonServiceException e) when (!string.IsNullOrEmpty(e.ErrorCode))
            {
                throw explain(StsRefusal.From(e, secrets));
            }
            catch (Exception e) when (NetworkReason.IsIn(e) && !cancellationToken.IsCancellationRequested)
            {
                throw StsDiagnosis.Unreachable(e, Endpoint, what, Proxy, http.Rejected);
            }
            catch (AmazonClientException e)
            {
                throw StsDiagnosis.NotAsked(AwsText.Clean(e.Message, MaxReasonLength, secrets), Endpoint, what);
            }
            catch (Exception e) when (e is not (MigratorException or OperationCanceledException))
            {
                // The SDK's message may quote an answer that it cannot parse.
                throw StsDiagnosis.Unusable(
                    $"it cannot be understood ({e.GetType().Name})", Endpoint, what, Proxy, isTransient: false);
            }
        }
    }

    // No retries by the SDK: it would also retry a web identity token that STS has refused.
    private AmazonSecurityTokenServiceConfig Configuration() =>
        http.Configure(new AmazonSecurityTokenServiceConfig { MaxErrorRetry = 0 }, Endpoint.Url, Endpoint.Region);

    private static AWSCredentials Signed(AwsKeys keys) => keys.SessionToken is { } token
        ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey.Reveal(), token.Reveal())
        : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey.Reveal());

    private static string[] SecretsOf(AwsKeys keys) => keys.SessionToken is { } token ? [keys.SecretKey.Reveal(), token.Reveal()]
        : [keys.SecretKey.Reveal()];

    private static AwsKeys Keys(Amazon.SecurityToken.Model.Credentials? c, string source)
    {
        var diagnostic = c is null ? "there are no credentials in it"
            : CredentialFields.DiagnosticOfKeyId("AccessKeyId", c.AccessKeyId)
            ?? CredentialFields.DiagnosticOfSecretKey("SecretAccessKey", c.SecretAccessKey)
            ?? (string.IsNullOrWhiteSpace(c.SessionToken) ? "SessionToken is missing"
                : CredentialFields.DiagnosticOfToken("SessionToken", c.SessionToken))
            ?? (c.Expiration is null ? "Expiration is missing" : null);
        return diagnostic is null
            ? AwsKeys.From(c!.AccessKeyId, c.SecretAccessKey, c.SessionToken, new DateTimeOffset(c.Expiration!.Value.ToUniversalTime()),
                source)
            : throw new AnswerException("HTTP 200: " + diagnostic);
    }

    private static string Arn(string? arn, IReadOnlyList<string> secrets) => arn?.StartsWith("arn:", StringComparison.Ordinal) == true
        ? AwsText.Clean(arn, MaxArnLength, secrets)
        : throw new AnswerException("HTTP 200: there is no Arn in it");
}
