using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.RuntimeDependencies;
using Amazon.SSO;
using Amazon.SSOOIDC;
using Migrator.Errors;

namespace Migrator.Connecting.Iam.Sources;

/// <summary>A role of IAM Identity Center, with the session that <c>aws sso login</c> has left. The SDK knows its files.</summary>
internal sealed class SsoSource(CredentialProfile profile, ICredentialProfileSource profiles, AwsEnvironment environment) : ICredentialSource
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancel)
    {
        UseOurHttp();
        try
        {
            // A new provider each time: one of the SDK's keeps what it got.
            var credentials = AWSCredentialsFactory.GetAWSCredentials(profile, profiles);
            var keys = await credentials.GetCredentialsAsync().WaitAsync(Limit, cancel);
            return AwsKeys.From(keys.AccessKey, keys.SecretKey, keys.Token, credentials.Expiration is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null, $"IAM Identity Center, profile '{profile.Name}'");
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw Failed("no answer in time", "There is no way out of this network, or what is in between drops it.", "Through a proxy: set HTTPS_PROXY.");
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or InvalidOperationException or IOException or HttpRequestException)
        {
            throw Explain(e);
        }
    }

    // The SDK makes these clients where nobody can reach their settings: it is told how, so that AWS_CA_BUNDLE counts for them too.
    private void UseOurHttp()
    {
        var http = new AwsHttp(environment, new ServerClock(TimeProvider.System));
        GlobalRuntimeDependencyRegistry.Instance.RegisterSSOClient(context => new AmazonSSOClient(
            new AnonymousAWSCredentials(), new AmazonSSOConfig { RegionEndpoint = context.SSOClientContextData.Region, HttpClientFactory = http }));
        GlobalRuntimeDependencyRegistry.Instance.RegisterSSOOIDCClient(context => new AmazonSSOOIDCClient(
            new AnonymousAWSCredentials(), new AmazonSSOOIDCConfig { RegionEndpoint = context.SSOOIDCClientContextData.Region, HttpClientFactory = http }));
    }

    private MigratorException Explain(Exception e)
    {
        var inner = e.GetBaseException();
        return e switch
        {
            _ when Find<MigratorException>(e) is { } known => known,
            _ when Find<AuthenticationException>(e) is { } tls => Failed(
                $"its certificate is not trusted ({tls.Message.TrimEnd('.')})", "Something in between answers in its place (a proxy that opens TLS), or its authority is unknown here.", "Name the authority's PEM file in AWS_CA_BUNDLE."),
            AmazonServiceException { StatusCode: HttpStatusCode.Unauthorized } => Failed("the session has ended, or is not known there (401)"),
            AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } => Failed(
                $"role '{profile.Options.SsoRoleName}' is not assigned to you in account {profile.Options.SsoAccountId} (403)", cause: null, "Have the permission set assigned to you in IAM Identity Center, or correct sso_role_name and sso_account_id."),
            AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest } service => Failed($"{service.ErrorCode ?? service.GetType().Name} ({(int)service.StatusCode})"),
            _ when inner is SocketException or HttpRequestException or TaskCanceledException => Failed(
                $"it cannot be reached: {inner.Message}", "The region of the session (sso_region) is another, or there is no way out of this network.", "Through a proxy: set HTTPS_PROXY."),

            // The SDK found no file of a session, or an old one.
            _ => Failed($"there is no session, or it has ended ({inner.GetType().Name})"),
        };
    }

    private MigratorException Failed(string what) => Failed(what, "The session has ended, or the role is not assigned to you.", $"Log in again: aws sso login --profile {profile.Name}");

    private MigratorException Failed(string what, string? cause, string remedy) => new($"IAM Identity Center gives no credentials for profile '{profile.Name}': {what}.", cause, remedy);

    private static T? Find<T>(Exception? exception)
        where T : Exception =>
        exception is null or T ? (T?)exception : Find<T>(exception.InnerException);
}
