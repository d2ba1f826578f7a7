using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Amazon.Util;
using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Signing;

/// <summary>Signs the token that RDS accepts as a password.</summary>
/// <remarks>
/// The token is a presigned GET of <c>rds-db:connect</c> without its scheme (RDS user guide, "Connecting to your DB instance using IAM
/// authentication"). This class uses the signer of AWSSDK.Core, as <c>RDSAuthTokenGenerator.GenerateAuthToken</c> of AWSSDK.RDS does. To
/// use that package instead, reference it, and return
/// <c>RDSAuthTokenGenerator.GenerateAuthToken(new SessionAWSCredentials(…), RegionEndpoint.GetBySystemName(region), host, port, user)</c>
/// from <see cref="Generate"/>. That method accepts neither a time of signing nor a life shorter than 15 minutes.
/// </remarks>
internal static class RdsAuthToken
{
    /// <summary>How long a token is valid, which is the longest that RDS accepts.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>Signs a token, which is a secret.</summary>
    /// <param name="keys">The credentials to sign with.</param>
    /// <param name="region">The database's region.</param>
    /// <param name="host">The RDS endpoint.</param>
    /// <param name="port">The port of the endpoint.</param>
    /// <param name="user">The database user.</param>
    /// <param name="at">The time of signing, in UTC.</param>
    /// <param name="life">How long the token is valid, at most 15 minutes.</param>
    public static Secret Generate(AwsKeys keys, string region, string host, int port, string user, DateTimeOffset at, TimeSpan life)
    {
        // The server recomputes the signature over the name in lower case, as botocore signs it.
        var name = RdsEndpoint.Plain(host);
        var request = new DefaultRequest(new ConnectRequest(), "rds-db")
        {
            UseQueryString = true,
            HttpMethod = "GET",
            Endpoint = new UriBuilder(Uri.UriSchemeHttps, name, port).Uri,
        };
        request.Parameters["Action"] = "connect";
        request.Parameters["DBUser"] = user;
        request.Parameters["X-Amz-Expires"] = ((int)life.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (keys.SessionToken is { } token)
        {
            request.Parameters["X-Amz-Security-Token"] = token.Reveal();
        }

        var signature = AWS4PreSignedUrlSigner.SignRequest(
            request, clientConfig: null, new RequestMetrics(), keys.AccessKey, keys.SecretKey.Reveal(), "rds-db", region, at.UtcDateTime);
        var query = string.Join(
            '&', request.Parameters
            .Select(p => $"{AWSSDKUtils.UrlEncode(p.Key, path: false)}={AWSSDKUtils.UrlEncode(p.Value, path: false)}"));
        return new Secret(string.Create(CultureInfo.InvariantCulture, $"{name}:{port}/?{query}&{signature.ForQueryParameters}"));
    }

    /// <summary>The request type that the signer's API requires.</summary>
    private sealed class ConnectRequest : AmazonWebServiceRequest;
}
