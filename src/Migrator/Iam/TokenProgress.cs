using Migrator.Iam.Aws;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;

namespace Migrator.Iam;

/// <summary>Follows the steps to a token. A run ends at the first step that fails; a check reports each one.</summary>
internal abstract class TokenProgress
{
    /// <summary>Takes one step.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="action">The step.</param>
    /// <param name="describe">Describes the result to an operator.</param>
    /// <returns>The result; null if the step failed, which has been reported.</returns>
    public abstract Task<T?> TryAsync<T>(string step, Func<Task<T>> action, Func<T, string> describe)
        where T : class;

    /// <summary>The name to sign is known.</summary>
    public virtual void EndpointFound(SigningEndpoint endpoint)
    {
    }

    /// <summary>The region to sign for is known.</summary>
    /// <param name="endpoint">The name to sign.</param>
    /// <param name="region">The region.</param>
    /// <param name="contradiction">The region of the environment, where it is another one.</param>
    public virtual void RegionFound(SigningEndpoint endpoint, AwsRegion region, AwsRegion? contradiction)
    {
    }

    /// <summary>The credentials to sign with are known.</summary>
    public virtual Task CredentialsFoundAsync(StsClient sts, AwsKeys keys, CancellationToken cancellationToken) => Task.CompletedTask;
}
