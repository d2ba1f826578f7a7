using Migrator.Errors;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials in environment variables.</summary>
internal sealed class EnvironmentSource(AwsEnvironment environment) : ICredentialSource
{
    /// <summary>Whether either key variable is set.</summary>
    public bool IsConfigured => environment["AWS_ACCESS_KEY_ID"] is not null || environment["AWS_SECRET_ACCESS_KEY"] is not null;

    /// <inheritdoc />
    public Task<AwsKeys> GetAsync(CancellationToken cancellationToken) => Task.FromResult(AwsKeys.From(
        Require("AWS_ACCESS_KEY_ID"),
        Require("AWS_SECRET_ACCESS_KEY"),
        environment["AWS_SESSION_TOKEN"],
        expires: null,
        "environment variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY"
            + (environment["AWS_SESSION_TOKEN"] is null ? "" : ", AWS_SESSION_TOKEN")));

    private string Require(string name) => environment[name] ?? throw new MigratorException(
        $"Only one half of the AWS credentials in the environment is set: {name} is missing.", cause: null,
            $"Set {name}, or unset the other half to use another source.");
}
