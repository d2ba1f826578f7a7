using Migrator.Files;
using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of an EKS service account's role, for which STS exchanges the account's token.</summary>
/// <remarks>
/// EKS user guide, "IAM roles for service accounts". If it is set and fails, that is an error: the node's role would be another identity.
/// </remarks>
/// <param name="sts">The STS client.</param>
/// <param name="tokenFile">The file with the service account's token.</param>
/// <param name="role">The role; null if it is not set, which is an error.</param>
/// <param name="session">The name of the session.</param>
/// <param name="place">Where the token is configured, as text for messages.</param>
internal sealed class WebIdentitySource(StsClient sts, string tokenFile, string? role, string? session, string place) : ICredentialSource
{
    /// <summary>The variable that names the file with the service account's token.</summary>
    public const string TokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE";

    /// <summary>The limits on the size of a token file, and on the time to read it.</summary>
    public static readonly ReadLimits LimitsOfToken = ReadLimits.Default with { Bytes = 64 * 1024 };

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        if (role is null)
        {
            throw new MigratorException(
                $"{place} names a web identity token and no role.",
                    "Set AWS_ROLE_ARN (in a profile: role_arn); EKS sets both from the annotation eks.amazonaws.com/role-arn.");
        }

        // The file is read on each call, because Kubernetes renews it.
        return await sts.AssumeRoleWithWebIdentityAsync(
            Token(cancellationToken), role, session ?? "migrator", $"web identity of {place}, role {role}", cancellationToken);
    }

    private string Token(CancellationToken cancellationToken)
    {
        var token = BoundedFile.ReadText(tokenFile, LimitsOfToken, Unreadable, cancellationToken).Trim();
        return token.Length == 0 ? throw Unreadable("it is empty")
            : CredentialFields.IsToken(token) ? token
            : throw Unreadable("what is in it is not a token");
    }

    private MigratorException Unreadable(string why) => new(
        $"The web identity token {tokenFile} ({place}) cannot be read: {why}.",
        "The pod's service account token is not mounted, or not readable for this user.",
        "Check the service account's annotation eks.amazonaws.com/role-arn and the pod's securityContext (fsGroup), then restart the pod.");
}
