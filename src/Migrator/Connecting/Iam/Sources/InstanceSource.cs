using Migrator.Errors;

namespace Migrator.Connecting.Iam.Sources;

/// <summary>The role of an EC2 instance: what is left when nothing is configured.</summary>
internal sealed class InstanceSource(InstanceMetadata metadata) : ICredentialSource
{
    private const string Folder = "iam/security-credentials/";

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancel)
    {
        if (!metadata.IsEnabled)
        {
            throw NotFound("instance metadata is switched off by AWS_EC2_METADATA_DISABLED");
        }

        try
        {
            var role = (await metadata.ReadAsync(Folder, cancel))?.Split('\n')[0].Trim();
            if (string.IsNullOrEmpty(role))
            {
                throw NotFound("this EC2 instance has no role");
            }

            return await metadata.ReadAsync(Folder + role, cancel) is { } json && MetadataHttp.Parse(json, "Token", $"EC2 instance role {role}") is { } keys
                ? keys
                : throw NotFound($"instance metadata has no credentials for the role {role}");
        }
        catch (MetadataException e)
        {
            throw NotFound($"instance metadata: {e.Message}");
        }
    }

    private static MigratorException NotFound(string lastPlace) => new(
        $"There are no AWS credentials to sign with: {lastPlace}.",
        "Looked in this order: AWS_ACCESS_KEY_ID; the profile of AWS_PROFILE, else 'default', in the shared files; AWS_CONTAINER_CREDENTIALS_*; " +
        "AWS_WEB_IDENTITY_TOKEN_FILE; EC2 instance metadata.",
        "On EKS give the pod's service account a role (annotation eks.amazonaws.com/role-arn, or a Pod Identity association); on ECS set taskRoleArn; " +
        "on EC2 attach an instance profile, and for containers: aws ec2 modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2");
}
