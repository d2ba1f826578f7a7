using Migrator.Configuration.Connection;

namespace Migrator.Iam.Aws;

/// <summary>AWS credentials and their source. Printing the record shows no secret.</summary>
/// <param name="AccessKey">The access key id, which is not a secret.</param>
/// <param name="SecretKey">The secret access key.</param>
/// <param name="SessionToken">The session token of temporary credentials; null for long-term keys.</param>
/// <param name="Expires">When they expire; null if they do not expire or the time is unknown.</param>
/// <param name="Source">The source, as text for messages.</param>
internal sealed record AwsKeys(string AccessKey, Secret SecretKey, Secret? SessionToken, DateTimeOffset? Expires, string Source)
{
    /// <summary>Creates credentials from text. An empty session token becomes null: an empty parameter must not be signed.</summary>
    public static AwsKeys From(string accessKey, string secretKey, string? sessionToken, DateTimeOffset? expires, string source) =>
        new(accessKey.Trim(), new Secret(secretKey.Trim()), string.IsNullOrWhiteSpace(sessionToken) ? null
            : new Secret(sessionToken.Trim()), expires, source);
}
