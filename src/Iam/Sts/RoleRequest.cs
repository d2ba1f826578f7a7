namespace Migrator.Iam.Sts;

/// <summary>A role to assume, and how.</summary>
/// <param name="Role">The ARN of the role.</param>
/// <param name="Session">The name of the session.</param>
/// <param name="ExternalId">The external id that the role's trust policy asks for; null if none.</param>
/// <param name="Duration">The lifetime of the credentials in seconds; null for the hour that STS gives.</param>
internal sealed record RoleRequest(string Role, string Session, string? ExternalId = null, int? Duration = null)
{
    /// <summary>
    /// The option with which the AWS CLI runs a command as whoever assumes the role; null if there is none, as it assumes the role first.
    /// </summary>
    public string? CommandOption { get; init; } = "";
}
