using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>One place that AWS credentials come from.</summary>
internal interface ICredentialSource
{
    /// <summary>Gets credentials; asked again, it gets fresh ones where the place has any.</summary>
    /// <exception cref="Errors.MigratorException">The place is configured, and gives none.</exception>
    Task<AwsKeys> GetAsync(CancellationToken cancellationToken);
}
