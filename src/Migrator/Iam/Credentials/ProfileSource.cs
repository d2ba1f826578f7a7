using Amazon.Runtime.CredentialManagement;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of a profile in the shared files.</summary>
/// <remarks>
/// AWS SDKs and Tools Reference Guide, "Shared config and credentials files". The SDK reads the files. Roles are assumed here, because the
/// SDK's code for it supports no STS endpoint setting and does not work after trimming.
/// </remarks>
internal sealed class ProfileSource(AwsProfiles profiles, AwsEnvironment environment, StsClient sts, MetadataHttp http) : ICredentialSource
{
    /// <summary>
    /// Whether the profile in use configures credentials. A profile that is named but missing counts as configured, so that it is reported.
    /// </summary>
    public bool IsConfigured => profiles.IsNamed && profiles.Find(profiles.Name) is null
        || (profiles.Find(profiles.Name) is { } profile && Has(profile.Options));

    /// <summary>Whether AWS_PROFILE names a profile that assumes its role with the keys in the environment.</summary>
    /// <remarks>The keys alone would take precedence over the profile; naming such a profile means that the role is wanted.</remarks>
    public bool WantsEnvironment => profiles.IsNamed
        && profiles.Find(profiles.Name)?.Options is { RoleArn: not null, CredentialSource: "Environment" };

    /// <inheritdoc />
    public Task<AwsKeys> GetAsync(CancellationToken cancellationToken) => Of(profiles.Name, []).GetAsync(cancellationToken);

    private static bool Has(CredentialProfileOptions o) =>
        (o.AccessKey ?? o.SecretKey ?? o.RoleArn ?? o.WebIdentityTokenFile ?? o.CredentialProcess ?? o.SsoAccountId ?? o.SsoSession
            ?? o.SsoStartUrl) is not null;

    private ICredentialSource Of(string name, IReadOnlyList<string> path)
    {
        var profile = profiles.Find(name) ?? throw new MigratorException(
            path.Count == 0 ? $"AWS_PROFILE is '{name}', and there is no such profile."
                : $"Profile '{path[^1]}' names source_profile '{name}', and there is no such profile.",
            $"Looked in {profiles.Files}.",
            "Check the name with: aws configure list-profiles");
        var o = profile.Options;
        return (o.RoleArn, o) switch
        {
            ({ } role, { WebIdentityTokenFile: { } file }) =>
                new WebIdentitySource(sts, file, role, o.RoleSessionName, $"profile '{name}'"),
            (null, { WebIdentityTokenFile: { } file }) =>
                new WebIdentitySource(sts, file, role: null, o.RoleSessionName, $"profile '{name}'"),

            // A profile may name itself as source_profile: its own keys then assume the role.
            ({ } role, { SourceProfile: { } source }) when source == name || !path.Contains(source, StringComparer.Ordinal) =>
                Assumed(source == name ? Plain(profile) : Of(source, [.. path, name]), role, profile),
            (not null, { SourceProfile: { } source }) => throw new MigratorException(
                $"The profiles {string.Join(", ", path.Append(name))} name each other as source_profile, in a circle ('{source}').",
                    cause: null, "Give one of them keys of its own."),
            ({ } role, { CredentialSource: { } source }) => Assumed(Named(source, name), role, profile),
            (not null, _) => throw new MigratorException(
                $"Profile '{name}' has a role_arn and neither source_profile nor credential_source.", cause: null,
                    $"Say whose keys assume the role: aws configure set source_profile default --profile {name}"),
            _ => Plain(profile),
        };
    }

    private AssumedRoleSource Assumed(ICredentialSource source, string role, CredentialProfile profile) => profile.Options.MfaSerial is null
        ? new AssumedRoleSource(source, sts, role, profile.Options.RoleSessionName ?? "migrator", profile.Options.ExternalID)
        : throw new MigratorException(
            $"Profile '{profile.Name}' requires an MFA code (mfa_serial), which migrator cannot ask for.", cause: null,
                "Use a profile without MFA, or put temporary credentials into AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
                    + "AWS_SESSION_TOKEN.");

    private ICredentialSource Named(string source, string profile) => source switch
    {
        "Environment" => new EnvironmentSource(environment),
        "EcsContainer" => new ContainerSource(environment, http),
        "Ec2InstanceMetadata" => new InstanceSource(new InstanceMetadata(environment, http)),
        _ => throw new MigratorException(
            $"credential_source of profile '{profile}' is '{source}'.", cause: null,
                "Write Environment, Ec2InstanceMetadata or EcsContainer."),
    };

    private ICredentialSource Plain(CredentialProfile profile) => profile.Options switch
    {
        { AccessKey: { } id, SecretKey: { } key } o =>
            new FixedSource(AwsKeys.From(id, key, o.Token, expires: null, $"profile '{profile.Name}'")),
        { CredentialProcess: { } command } => new ProcessSource(command, profile.Name) { Files = profiles.Files },
        { SsoAccountId: not null } => new SsoSource(profile, profiles.Store, environment),
        _ => throw new MigratorException(
            $"Profile '{profile.Name}' has no complete credentials.", $"Looked in {profiles.Files}.",
                $"Give it some: aws configure --profile {profile.Name}"),
    };
}

/// <summary>A source that returns given credentials.</summary>
internal sealed class FixedSource(AwsKeys keys) : ICredentialSource
{
    /// <inheritdoc />
    public Task<AwsKeys> GetAsync(CancellationToken cancellationToken) => Task.FromResult(keys);
}
