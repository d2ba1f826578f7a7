using Migrator.Iam.Aws;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;

namespace Migrator.Iam;

/// <summary>Receives the result of each step to a token. A run ends at the first failure; a check reports each step.</summary>
internal abstract class TokenProgress
{
    /// <summary>Performs one step.</summary>
    /// <param name="step">The name of the step.</param>
    /// <param name="action">The step.</param>
    /// <param name="describe">Describes the result to an operator.</param>
    /// <returns>The result; null if the step failed and the failure has been reported.</returns>
    public abstract Task<T?> TryAsync<T>(string step, Func<Task<T>> action, Func<T, string> describe)
        where T : class;

    /// <summary>The endpoint to sign for has been found.</summary>
    public virtual void EndpointFound(SigningEndpoint endpoint)
    {
    }

    /// <summary>The region to sign for has been found.</summary>
    /// <param name="endpoint">The endpoint to sign for.</param>
    /// <param name="region">The region.</param>
    /// <param name="contradiction">The region in the environment variables if it differs; otherwise null.</param>
    public virtual void RegionFound(SigningEndpoint endpoint, AwsRegion region, AwsRegion? contradiction)
    {
    }

    /// <summary>The credentials to sign with have been found.</summary>
    public virtual Task CredentialsFoundAsync(StsClient sts, AwsKeys keys, CancellationToken cancellationToken) => Task.CompletedTask;
}
