using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Migrator.Errors;

namespace Migrator.Connecting.Iam.Sources;

/// <summary>A role of IAM Identity Center, with the session that <c>aws sso login</c> has left. The SDK knows its files.</summary>
internal sealed class SsoSource(CredentialProfile profile, ICredentialProfileSource profiles) : ICredentialSource
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancel)
    {
        try
        {
            // A new provider each time: one of the SDK's keeps what it got.
            var credentials = AWSCredentialsFactory.GetAWSCredentials(profile, profiles);
            var keys = await credentials.GetCredentialsAsync().WaitAsync(Limit, cancel);
            return AwsKeys.From(keys.AccessKey, keys.SecretKey, keys.Token, expires: null, $"IAM Identity Center, profile '{profile.Name}'");
        }
        catch (TimeoutException)
        {
            throw Failed($"no answer within {Limit.TotalSeconds:0} s");
        }
        catch (AmazonServiceException e)
        {
            throw Failed($"{e.ErrorCode ?? e.GetType().Name} ({(int)e.StatusCode})");
        }
        catch (Exception e) when (e is AmazonClientException or InvalidOperationException or IOException or HttpRequestException)
        {
            throw Failed(e.GetType().Name);
        }
    }

    private MigratorException Failed(string what) => new(
        $"IAM Identity Center gives no credentials for profile '{profile.Name}': {what}.",
        "The session has ended, or the role is not assigned to you.",
        $"Log in again: aws sso login --profile {profile.Name}");
}
