using Migrator.Configuration.Connection;

namespace Migrator.Iam.Aws;

/// <summary>AWS credentials, and where they are from. Printing the record shows no secret.</summary>
/// <param name="AccessKey">The access key id, which is no secret.</param>
/// <param name="SecretKey">The secret access key.</param>
/// <param name="SessionToken">The session token of temporary credentials; null for a user's own keys.</param>
/// <param name="Expires">When they expire; null where they do not, or do not say.</param>
/// <param name="Source">Where they are from, for people.</param>
internal sealed record AwsKeys(string AccessKey, Secret SecretKey, Secret? SessionToken, DateTimeOffset? Expires, string Source)
{
    /// <summary>Credentials from text. An empty session token is none: a signer must not sign an empty parameter.</summary>
    public static AwsKeys From(string accessKey, string secretKey, string? sessionToken, DateTimeOffset? expires, string source) =>
        new(accessKey.Trim(), new Secret(secretKey.Trim()), string.IsNullOrWhiteSpace(sessionToken) ? null
            : new Secret(sessionToken.Trim()), expires, source);
}
