using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Amazon.Util;
using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Signing;

/// <summary>
/// Signs the token that RDS takes for a password: a presigned GET of <c>rds-db:connect</c> without its scheme (RDS user guide, "Connecting
/// to your DB instance using IAM authentication"). AWSSDK.RDS has this as <c>RDSAuthTokenGenerator.GenerateAuthToken(credentials, region,
/// host, port, user)</c>. That package is not on the registry this project builds from; this class uses the same public signer of
/// AWSSDK.Core and has the same shape. To swap the package in: reference AWSSDK.RDS, and return
/// <c>RDSAuthTokenGenerator.GenerateAuthToken(new SessionAWSCredentials(…), RegionEndpoint.GetBySystemName(region), host, port, user)</c>
/// from <see cref="Generate"/>. What would be lost: the given time, and a life shorter than 15 minutes.
/// </summary>
internal static class RdsAuthToken
{
    /// <summary>How long a token lives; RDS takes no longer life.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>Signs a token. It is a secret: for the server only.</summary>
    /// <param name="keys">Whose token it is.</param>
    /// <param name="region">The database's region.</param>
    /// <param name="host">The RDS endpoint.</param>
    /// <param name="port">Its port.</param>
    /// <param name="user">The database user.</param>
    /// <param name="at">When it is signed, in UTC.</param>
    /// <param name="life">How long it lives, 15 minutes at most.</param>
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

    /// <summary>The signer wants a request to belong to.</summary>
    private sealed class ConnectRequest : AmazonWebServiceRequest;
}
