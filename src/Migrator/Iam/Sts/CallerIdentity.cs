using Migrator.Errors;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>What STS says about credentials that RDS did not take.</summary>
/// <param name="Arn">Whose they are; null where STS does not say.</param>
/// <param name="Error">Why STS refuses them too; null where it does not.</param>
internal sealed record CallerIdentity(string? Arn, StsError? Error)
{
    /// <summary>The account; null where it is not known.</summary>
    public string? Account => Arn?.Split(':') is [_, _, _, _, { Length: > 0 } account, ..] ? account : null;

    /// <summary>Whether the credentials may be good or bad: STS has neither known nor refused them.</summary>
    public bool IsUnknown => Arn is null && Error is not (StsError.Clock or StsError.Expired or StsError.UnknownKey or StsError.SecretKey);

    /// <summary>Asks, once and briefly. That STS cannot be reached is no news here.</summary>
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
