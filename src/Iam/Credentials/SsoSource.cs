using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SSO;
using Amazon.SSOOIDC;
using Migrator.Display;
using Migrator.Files;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of an IAM Identity Center role, from the session that <c>aws sso login</c> saved.</summary>
internal sealed class SsoSource(SsoSettings settings, SharedSettings shared, AwsEnvironment environment) : ICredentialSource
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private AwsHttp? http;
    private Uri? portal;

    private AwsProxy? Proxy => portal is null ? null : http?.Proxy(portal);

    private string ProxyRemedy => Proxy?.Remedy ?? "Through a proxy: set HTTPS_PROXY.";

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        RequireReadableSession(cancellationToken);
        UseOurHttp();
        try
        {
            // A new provider for each call: the SDK's provider caches its credentials.
            var credentials = new SSOAWSCredentials(
                settings.Account, settings.Region, settings.Role, settings.StartUrl,
                new SSOAWSCredentialsOptions { ClientName = "migrator", SessionName = settings.Session });
            var keys = await credentials.GetCredentialsAsync().WaitAsync(Limit, cancellationToken);
            return AwsKeys.From(keys.AccessKey, keys.SecretKey, keys.Token, credentials.Expiration is { } at
                ? new DateTimeOffset(at.ToUniversalTime()) : null, $"IAM Identity Center, profile '{settings.Profile}'");
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Failed($"no answer in time{Proxy?.Through}", "There is no way out of this network, or what is in between drops it.",
                ProxyRemedy, isUnreachable: true);
        }
        catch (Exception e) when (e is not (MigratorException or OperationCanceledException))
        {
            // The exception is not kept: the SDK's message may quote an answer that it cannot parse.
            throw Explain(e);
        }
    }

    private void UseOurHttp()
    {
        // The SDK creates these clients internally. Registering factories makes them use our hosts and AWS_CA_BUNDLE too.
        http = new AwsHttp(shared, new ServerClock(TimeProvider.System), SsoAnswer.Check);
        portal = Url("SSO", "portal.sso");
        var login = Url("SSO_OIDC", "oidc");
        GlobalRuntimeDependencyRegistry.Instance.RegisterSSOClient(_ => new AmazonSSOClient(
            new AnonymousAWSCredentials(), http.Configure(new AmazonSSOConfig(), portal, settings.Region)));
        GlobalRuntimeDependencyRegistry.Instance.RegisterSSOOIDCClient(_ => new AmazonSSOOIDCClient(
            new AnonymousAWSCredentials(), http.Configure(new AmazonSSOOIDCConfig(), login, settings.Region)));
    }

    private Uri Url(string service, string host)
    {
        var endpoints = new AwsEndpoints(shared);
        return endpoints.Configured(service)?.Url ?? endpoints.Regional(host, new AwsRegion(settings.Region, "sso_region"));
    }

    private void RequireReadableSession(CancellationToken cancellationToken)
    {
        // The SDK reads this file without limits of size and time. The AWS CLI names it by the SHA-1 of the session or the portal's URL.
        var name = Encoding.UTF8.GetBytes(settings.Session ?? settings.StartUrl);
#pragma warning disable CA5350 // SHA-1 makes a file name here; it protects no secret.
        var path = Path.Combine(
            environment.Home, ".aws", "sso", "cache",
            Convert.ToHexStringLower(SHA1.HashData(name)) + ".json");
#pragma warning restore CA5350
        if (File.Exists(path))
        {
            BoundedFile.ReadBytes(
                path, ReadLimits.Default with { IsReadAgain = true }, reason => Failed($"the session in {path} cannot be read: {reason}"),
                    cancellationToken);
        }
    }

    /// <summary>The error to show for an exception of the SDK.</summary>
    internal MigratorException Explain(Exception e)
    {
        var inner = e.GetBaseException();
        return e switch
        {
            _ when e.Find<MigratorException>() is { } known => known,
            _ when AnswerException.In(e) is { } unusable => Failed(
                $"its answer cannot be used, {unusable.Message}",
                "A proxy or another service answers in its place. What it said is not shown, as it may hold secrets.",
                ProxyRemedy,
                unusable.IsTransient),
            ArgumentException => Failed("the profile's settings for it are not complete", cause: null, $"Make them complete: aws "
                + $"configure sso --profile {ShellText.Word(settings.Profile)}"),
            _ when NetworkReason.IsDistrust(e) => Failed(
                $"its certificate is not trusted ({http?.Rejected?.Cause ?? NetworkReason.Of(e)}){Proxy?.Through}", cause: null,
                http?.Rejected?.Remedy ?? "Name its authority's PEM file in AWS_CA_BUNDLE."),
            AmazonServiceException { StatusCode: HttpStatusCode.Unauthorized } =>
                Failed("the session has ended, or is not known there (401)"),
            AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } => Failed(
                $"role '{settings.Role}' is not assigned to you in account {settings.Account} (403)",
                    cause: null, "Have the permission set assigned to you in IAM Identity Center, or correct sso_role_name and "
                    + "sso_account_id."),
            AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests } service =>
                Failed($"it answered HTTP {(int)service.StatusCode}", cause: null, "Run the command again; see "
                    + "https://health.aws.amazon.com.", isUnreachable: true),
            AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest } service =>
                Failed($"it answered HTTP {(int)service.StatusCode}"),
            _ when e.Find<HttpRequestException>() is not null || inner is SocketException or TaskCanceledException => Failed(
                $"it cannot be reached{Proxy?.Through}: {NetworkReason.Of(e)}",
                    "The region of the session (sso_region) is another, or there is no way out of this network.",
                    ProxyRemedy, isUnreachable: true),

            // The SDK found no session file, or an expired session.
            _ => Failed($"there is no session, or it has ended ({inner.GetType().Name})"),
        };
    }

    private MigratorException Failed(string what) =>
        Failed(what, "The session has ended, or the role is not assigned to you.",
            $"Log in again: aws sso login --profile {ShellText.Word(settings.Profile)}");

    private MigratorException Failed(string what, string? cause, string remedy, bool isUnreachable = false) =>
        new($"IAM Identity Center gives no credentials for profile '{settings.Profile}': {what}.", cause, remedy)
        {
            ExitCode = isUnreachable ? ExitCode.Unreachable : ExitCode.Refused,
            IsTransient = isUnreachable,
        };
}
