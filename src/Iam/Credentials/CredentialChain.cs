using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Credentials;

/// <summary>Chooses the first configured source of credentials, if the gateway and the AWS CLI take the same one.</summary>
/// <remarks>
/// Kong: its order is documented with <c>pg_iam_auth</c>: environment, profile, container, web identity, instance. The AWS CLI takes a web
/// identity before a container and before a profile without a role. If a configured source fails, that is an error: the next source would
/// log in as another identity.
/// </remarks>
internal static class CredentialChain
{
    /// <summary>Chooses the source. Contacts nothing yet.</summary>
    /// <exception cref="MigratorException">The gateway and the AWS CLI take different sources.</exception>
    public static ICredentialSource Choose(AwsEnvironment environment, AwsProfiles profiles, StsClient sts, MetadataHttp http)
    {
        var keys = new EnvironmentSource(environment);
        var profile = new ProfileSource(profiles, environment, sts, http);
        if (keys.IsConfigured && !profile.IsMissing)
        {
            profile.RequireNoEnvironmentKeys();
            return keys;
        }

        var token = environment[WebIdentitySource.TokenFile];
        if (profile.IsConfigured)
        {
            return token is null || !profile.ComesAfterWebIdentity ? profile : throw TwoSources(
                $"profile '{profiles.Name}'",
                "unset AWS_PROFILE AWS_DEFAULT_PROFILE; export AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_CONFIG_FILE=/dev/null");
        }

        var container = new ContainerSource(environment, http);
        if (token is not null)
        {
            return container.Variable is { } variable
                ? throw TwoSources(variable, "unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI")
                : new WebIdentitySource(
                    sts, token, environment["AWS_ROLE_ARN"],
                    environment.NotEmpty("AWS_ROLE_SESSION_NAME") ?? profiles.Current?.Text("role_session_name", mayBeEmpty: true),
                    WebIdentitySource.TokenFile);
        }

        OlderFiles.RequireNone(environment);
        return container.Variable is not null ? container : new InstanceSource(new InstanceMetadata(environment, profiles, http));
    }

    private static MigratorException TwoSources(string first, string command) => new(
        $"Two sources of AWS credentials are configured, and it is not clear which is meant: {first}, which the gateway takes, and "
            + $"{WebIdentitySource.TokenFile}, which the AWS CLI takes.",
        "They may be two users.",
        $"For the first: unset {WebIdentitySource.TokenFile}. For the second: {command}. Do the same for the gateway; on EKS, remove the "
            + "annotation eks.amazonaws.com/role-arn of the service account, or its Pod Identity association.")
    { ExitCode = ExitCode.Usage };
}
