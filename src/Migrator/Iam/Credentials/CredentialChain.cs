using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Credentials;

/// <summary>Chooses the first configured source of credentials, in Kong's order.</summary>
/// <remarks>
/// Kong: the order is documented with <c>pg_iam_auth</c>. The SDK's own chain tries a web identity before a profile and a container. If a
/// configured source fails, that is an error: the next source would log in as another identity.
/// </remarks>
internal static class CredentialChain
{
    /// <summary>Chooses the source. Contacts nothing yet.</summary>
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
            : new InstanceSource(new InstanceMetadata(environment, profiles, http));
    }
}
