using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Credentials;

/// <summary>
/// Where credentials come from: the first place that is configured, and no other. Kong's order (documentation of <c>pg_iam_auth</c>), which
/// is not the SDK's: its own chain asks for a web identity before a profile and a container. A place that is configured and fails is an
/// error; the next one would be somebody else.
/// </summary>
internal static class CredentialChain
{
    /// <summary>Chooses the place. Asks nobody yet.</summary>
    public static ICredentialSource Choose(AwsEnvironment environment, AwsProfiles profiles, StsClient sts, MetadataHttp http)
    {
        var keys = new EnvironmentSource(environment);
        var profile = new ProfileSource(profiles, environment, sts, http);
        if (keys.IsConfigured && !profile.WantsEnvironment)
        {
            return keys;
        }

        if (profile.IsConfigured)
        {
            return profile;
        }

        var container = new ContainerSource(environment, http);
        if (container.IsConfigured)
        {
            return container;
        }

        return environment["AWS_WEB_IDENTITY_TOKEN_FILE"] is { } file
            ? new WebIdentitySource(
                sts, file, environment["AWS_ROLE_ARN"], environment["AWS_ROLE_SESSION_NAME"], "AWS_WEB_IDENTITY_TOKEN_FILE")
            : new InstanceSource(new InstanceMetadata(environment, http));
    }
}
