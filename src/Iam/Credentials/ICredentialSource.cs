using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>A source of AWS credentials.</summary>
internal interface ICredentialSource
{
    /// <summary>Gets credentials. Each call returns the newest that the source has.</summary>
    /// <exception cref="Errors.MigratorException">The source gives no credentials.</exception>
    Task<AwsKeys> GetAsync(CancellationToken cancellationToken);
}
