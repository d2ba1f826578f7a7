using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>The answer of STS about credentials that RDS refused.</summary>
/// <param name="Arn">The identity that they belong to; null if it is unknown.</param>
/// <param name="Error">Why STS refused the request; null if it did not.</param>
internal sealed record CallerIdentity(string? Arn, StsError? Error)
{
    /// <summary>The account; null if it is unknown.</summary>
    public string? Account => Arn?.Split(':') is [_, _, _, _, { Length: > 0 } account, ..] ? account : null;

    /// <summary>Whether STS neither accepted nor rejected the credentials, so that they may be valid or not.</summary>
    public bool IsUnknown => Arn is null && Error is not (StsError.Clock or StsError.Expired or StsError.UnknownKey or StsError.SecretKey);

    /// <summary>Asks STS once, with a short time limit. An unreachable STS is not an error here.</summary>
    public static async Task<CallerIdentity> AskAsync(StsClient sts, AwsKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            return new CallerIdentity(await sts.IdentityAsync(keys, cancellationToken), Error: null);
        }
        catch (StsException e)
        {
            return new CallerIdentity(Arn: null, e.Error);
        }
        catch (MigratorException)
        {
            return new CallerIdentity(Arn: null, Error: null);
        }
    }

    /// <inheritdoc />
    public override string ToString() => Arn is { } arn ? $"identity {arn}" : Error is null ? "identity unknown (STS was not reached)"
        : IsUnknown ? "identity unknown (STS does not say)" : "STS refuses these credentials too";
}
