using Migrator.Iam.Aws;
using Migrator.Iam.Signing;

namespace Migrator.Iam.Diagnosis;

/// <summary>The values that a token is signed with and that RDS compares. Printing them shows no secret.</summary>
/// <param name="Endpoint">The name and port in the signature.</param>
/// <param name="Region">The region in the signature.</param>
/// <param name="User">The database user.</param>
/// <param name="Keys">The credentials.</param>
internal sealed record IamFacts(SigningEndpoint Endpoint, AwsRegion Region, string User, AwsKeys Keys)
{
    /// <summary>When the last token was signed; null before the first.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>Whether the server's certificate was checked for the name dialled or the name signed.</summary>
    public bool IsServerKnown { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"signed for {Endpoint.Host}:{Endpoint.Port} (from {Endpoint.Source}), region {Region.Name} (from {Region.Source}), user "
            + $"'{User}', access key {Keys.AccessKey}, credentials from {Keys.Source}{Times()}");

    private string Times() =>
        (SignedAt is { } at ? $", signed at {at:u}" : "")
            + (Keys.Expires is { } end ? $", credentials expire at {end:u}" : ", credentials without a known end");
}
