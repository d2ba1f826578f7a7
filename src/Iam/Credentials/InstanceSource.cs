using System.Text;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of the EC2 instance's role, used when no other source is configured.</summary>
internal sealed class InstanceSource(InstanceMetadata metadata) : ICredentialSource
{
    private const string Folder = "iam/security-credentials/";

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        if (!metadata.IsEnabled)
        {
            throw NotFound("instance metadata is switched off by AWS_EC2_METADATA_DISABLED");
        }

        try
        {
            var role = await RoleAsync(cancellationToken);
            var answer = await metadata.ReadAsync(Folder + role, cancellationToken)
                ?? throw NotFound($"instance metadata has no credentials for the role {role}");
            var found = CredentialJson.Read(answer.Body, "Token", $"EC2 instance role {role}");
            return found.Keys ?? throw NotFound(
                $"instance metadata at {metadata.Address.Authority} has no credentials for the role {role}, its answer ({answer}) cannot "
                    + $"be used: {found.Diagnostic}");
        }
        catch (MetadataException e)
        {
            throw NotFound($"instance metadata: {e.Message}{metadata.Place}", ExitCode.Unreachable, e.IsTransient);
        }
    }

    private async Task<string> RoleAsync(CancellationToken cancellationToken)
    {
        var answer = await metadata.ReadAsync(Folder, cancellationToken);
        var role = answer is null ? "" : Encoding.UTF8.GetString(answer.Body).Split('\n')[0].Trim();
        return role.Length == 0 ? throw NotFound($"this EC2 instance has no role (asked {metadata.Address.Authority})")
            : IsRole(role) ? role
            : throw NotFound($"instance metadata at {metadata.Address.Authority} was asked for the name of the role, and its answer "
                + $"({answer}) is not the name of one");
    }

    // The characters of IAM user guide, "Names". The name becomes part of the next request and of messages.
    private static bool IsRole(string name) => name.Length <= 64
        && name.All(c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c, StringComparison.Ordinal));

    private static MigratorException NotFound(string lastPlace, int exitCode = ExitCode.Refused, bool isTransient = false) => new(
        $"There are no AWS credentials to sign with: {lastPlace}.",
        "Looked in this order: AWS_ACCESS_KEY_ID; the profile of AWS_PROFILE, else 'default', in the shared files; "
            + "AWS_CONTAINER_CREDENTIALS_*; AWS_WEB_IDENTITY_TOKEN_FILE; EC2 instance metadata.",
        "On EKS give the pod's service account a role (annotation eks.amazonaws.com/role-arn, or a Pod Identity association); on ECS set "
            + "taskRoleArn; on EC2 attach an instance profile, and for containers: aws ec2 modify-instance-metadata-options "
            + "--instance-id ID --http-put-response-hop-limit 2")
    { ExitCode = exitCode, IsTransient = isTransient };
}
