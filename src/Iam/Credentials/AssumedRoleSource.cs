using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of a role that is assumed with other credentials.</summary>
internal sealed class AssumedRoleSource(ICredentialSource source, StsClient sts, RoleRequest role) : ICredentialSource
{
    /// <summary>The credentials that assumed the role; null before <see cref="GetAsync"/>.</summary>
    public AwsKeys? Assumer { get; private set; }

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        Assumer = await source.GetAsync(cancellationToken);
        return await sts.AssumeRoleAsync(Assumer, role, cancellationToken);
    }
}
