using Migrator.Display;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The settings of a profile for IAM Identity Center, those of its <c>[sso-session]</c> included.</summary>
/// <param name="Profile">The name of the profile.</param>
/// <param name="Session">The name of the session; null in the older form without one.</param>
/// <param name="StartUrl">The URL of the portal.</param>
/// <param name="Region">The region of Identity Center.</param>
/// <param name="Account">The account.</param>
/// <param name="Role">The role, which is a permission set.</param>
internal sealed record SsoSettings(string Profile, string? Session, string StartUrl, string Region, string Account, string Role)
{
    /// <summary>Reads the settings of a profile.</summary>
    /// <exception cref="MigratorException">One is missing, or stands in profile and session with two values.</exception>
    public static SsoSettings Of(AwsProfile profile, AwsProfiles profiles)
    {
        var session = profile.Text("sso_session");
        var section = session is null ? null : profiles.Section("sso-session", session) ?? throw profile.Error(
            "sso_session", profile["sso_session"]!, $"is '{session}', and there is no section [sso-session {session}] in the config file");
        return new(
            profile.Name, session, Setting("sso_start_url"), Setting("sso_region"), Setting("sso_account_id"), Setting("sso_role_name"));

        string Setting(string key) => (profile.Text(key), section?[key]) switch
        {
            ({ } own, { } other) when own != other.Value =>
                throw profile.Error(key, profile[key]!, $"is not that of [sso-session {session}] ({other.Place})"),
            ({ } own, _) => own,
            (null, { Value.Length: > 0 } other) when !other.Value.Contains('\n', StringComparison.Ordinal) => other.Value,
            _ => throw new MigratorException(
                $"IAM Identity Center gives no credentials for profile '{profile.Name}': {key} is not set.",
                $"Looked in {profiles.Files}.",
                $"Make the settings complete: aws configure sso --profile {ShellText.Word(profile.Name)}"),
        };
    }
}
