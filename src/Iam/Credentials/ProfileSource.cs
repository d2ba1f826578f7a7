using Migrator.Display;
using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of a profile in the shared files.</summary>
/// <remarks>AWS SDKs and Tools Reference Guide, "Shared config and credentials files"; in what that leaves open, the AWS CLI.</remarks>
internal sealed class ProfileSource(AwsProfiles profiles, AwsEnvironment environment, StsClient sts, MetadataHttp http) : ICredentialSource
{
    private const int MaxNames = 20;

    /// <summary>
    /// Whether the profile in use configures credentials. A profile or a file that is named but missing counts as configured, so that it is
    /// reported.
    /// </summary>
    public bool IsConfigured => profiles.Current is { } profile ? profile.HasSource || profiles.Missing is not null
        : profiles.Variable is not null || profiles.Missing is not null;

    /// <summary>Whether a variable names a profile that does not exist. The AWS CLI then ends, whatever else is set.</summary>
    public bool IsMissing => profiles.Variable is not null && profiles.Current is null;

    /// <summary>Whether the AWS CLI takes a web identity of the environment before this profile.</summary>
    public bool ComesAfterWebIdentity => profiles.Current is { HasSource: true } profile && profile["role_arn"] is null
        && profile["web_identity_token_file"] is null;

    /// <summary>Checks that the profile that a variable names does not need the keys in the environment, which come before it.</summary>
    /// <exception cref="MigratorException">It does.</exception>
    public void RequireNoEnvironmentKeys()
    {
        if (profiles.Variable is { } variable && profiles.Current is { } profile && profile.Text("role_arn") is { } role
            && profile.Text("credential_source") == "Environment")
        {
            throw new MigratorException(
                $"{variable} names profile '{profile.Name}', which assumes a role with the keys in the environment; with these keys set, "
                    + "the gateway and the AWS CLI look at no profile.",
                $"The profile has credential_source = Environment ({profile["credential_source"]!.Place}).",
                $"To log in as the keys' user: unset {variable}. To log in as the role: the same, and in kong.conf: "
                    + $"pg_iam_auth_assume_role_arn = {role}")
            { ExitCode = ExitCode.Usage };
        }
    }

    /// <inheritdoc />
    public Task<AwsKeys> GetAsync(CancellationToken cancellationToken) => Of(profiles.Name, []).GetAsync(cancellationToken);

    private ICredentialSource Of(string name, IReadOnlyList<AwsProfile> path)
    {
        var profile = profiles.Find(name) ?? throw Missing(name, path);

        // A profile with a role and keys: the role is wanted if the profile is in use, the keys if it is another one's source_profile.
        return profile["role_arn"] is not null && profile["web_identity_token_file"] is null && (path.Count == 0 || !profile.HasKeys)
            ? Assumed(profile, path)
            : Own(profile, path);
    }

    private MigratorException Missing(string name, IReadOnlyList<AwsProfile> path) => path.Count > 0
        ? path[^1].Error("source_profile", path[^1]["source_profile"]!, $"is '{name}', and there is no such profile")
        : profiles.Variable is { } variable
            ? new MigratorException(
                $"{variable} is '{name}', and there is no such profile.",
                profiles.Resembling(name) ?? $"Looked in {profiles.Files}.",
                profiles.All is [_, ..] all
                    ? $"Name one that exists in {variable}: {string.Join(", ", all.Take(MaxNames))}"
                        + (all.Count > MaxNames ? ", …" : "")
                    : $"Make it: aws configure --profile {ShellText.Word(name)}")
            : NoCredentials();

    private MigratorException NoCredentials() => new(
        $"There are no AWS credentials in profile '{profiles.Name}': {profiles.Missing}.", $"Looked in {profiles.Files}.",
            "Put the file there, or unset the variable to use another source of credentials.");

    private AssumedRoleSource Assumed(AwsProfile profile, IReadOnlyList<AwsProfile> path)
    {
        var role = profile.Text("role_arn")!;
        if (profile["mfa_serial"] is { } mfa)
        {
            throw new MigratorException(
                $"Profile '{profile.Name}' requires an MFA code (mfa_serial, {mfa.Place}), which migrator cannot ask for.",
                    "Let version 2 of the AWS CLI ask for it, and use what it gets: eval \"$(aws configure export-credentials --profile "
                    + $"{NameInUse(profile, path)} --format env)\"");
        }

        var source = (profile.Text("source_profile"), profile.Text("credential_source")) switch
        {
            ({ } other, null) => Source(other, profile, path),
            (null, { } kind) => Named(kind, profile),
            (not null, not null) => throw profile.Error(
                "source_profile", profile["source_profile"]!, "stands beside credential_source: whose keys assume the role is not clear"),
            _ => throw new MigratorException(
                $"Profile '{profile.Name}' has a role_arn and neither source_profile nor credential_source.",
                    $"The role stands in {profile["role_arn"]!.Place}.",
                    profiles.WithKeys is { } keys
                        ? $"Say whose keys assume the role: aws configure set source_profile {ShellText.Word(keys)} --profile "
                            + ShellText.Word(profile.Name)
                        : "No profile has keys of its own. For the role of an EC2 instance: aws configure set credential_source "
                            + $"Ec2InstanceMetadata --profile {ShellText.Word(profile.Name)} (for a container: EcsContainer)"),
        };
        return new AssumedRoleSource(source, sts, new RoleRequest(
            role,
            profile.Text("role_session_name", mayBeEmpty: true) ?? "migrator",
            profile.Text("external_id", mayBeEmpty: true),
            Duration(profile))
        { CommandOption = CommandOption(profile) });
    }

    // A source_profile with keys and a role gives its keys here, and its role to a command.
    private string? CommandOption(AwsProfile profile) => profile.Text("source_profile") is { } name && name != profile.Name
        && profiles.Find(name) is { } source && !(source.HasKeys && source["role_arn"] is not null)
            ? $" --profile {ShellText.Word(name)}" : null;

    // What is pasted has to end with the identity of the profile in use, not with that of its source_profile.
    private static string NameInUse(AwsProfile profile, IReadOnlyList<AwsProfile> path) =>
        ShellText.Word(path.Count > 0 ? path[0].Name : profile.Name);

    private ICredentialSource Source(string source, AwsProfile profile, IReadOnlyList<AwsProfile> path) => source == profile.Name
        ? profile.HasKeys ? Own(profile, path) : throw profile.Error(
            "source_profile", profile["source_profile"]!, "is the profile itself, which has no keys of its own")
        : path.Any(p => p.Name == source) ? throw new MigratorException(
            $"The profiles {string.Join(", ", path.Append(profile).Select(p => p.Name))} name each other as source_profile, in a circle "
                + $"('{source}').",
            $"The last one stands in {profile["source_profile"]!.Place}.", "Give one of them keys of its own.")
        : Of(source, [.. path, profile]);

    private ICredentialSource Named(string source, AwsProfile profile)
    {
        var container = new ContainerSource(environment, http);
        return source switch
        {
            // With keys there, they are the source, and not the profile.
            "Environment" => throw NotSet("AWS_ACCESS_KEY_ID is not set"),
            "EcsContainer" => container.Variable is not null ? container : throw NotSet("no variable AWS_CONTAINER_CREDENTIALS_* is set"),
            "Ec2InstanceMetadata" => new InstanceSource(new InstanceMetadata(environment, profiles, http)),
            _ => throw new MigratorException(
                $"credential_source of profile '{profile.Name}' is '{source}' ({profile["credential_source"]!.Place}).",
                    "Write Environment, Ec2InstanceMetadata or EcsContainer."),
        };

        MigratorException NotSet(string what) => profile.Error(
            "credential_source", profile["credential_source"]!, $"is {source}, and {what}");
    }

    // The order of the AWS CLI.
    private ICredentialSource Own(AwsProfile profile, IReadOnlyList<AwsProfile> path)
    {
        if (profile.Text("web_identity_token_file") is { } file)
        {
            return WebIdentity(profile, file, isInUse: path.Count == 0);
        }

        if (profile["sso_account_id"] is not null || profile["sso_role_name"] is not null)
        {
            return new SsoSource(SsoSettings.Of(profile, profiles), new SharedSettings(environment, profiles), environment);
        }

        return profile.KeysOfCredentialsFile is { } keys ? new FixedSource(keys)
            : profile.Text("login_session") is { } session ? new LoginSource(session, profile, NameInUse(profile, path), environment)
            : profile["credential_process"] is { } command ? new ProcessSource(command.Value, profile.Name) { Place = command.Place }
            : profile.KeysOfConfigFile is { } others ? new FixedSource(others)
            : path.Count == 0 && profiles.Missing is not null && !profile.HasSource ? throw NoCredentials()
            : throw new MigratorException(
                $"Profile '{profile.Name}' has no complete credentials.", $"Looked in {profiles.Files}.",
                $"Give it some: aws configure --profile {ShellText.Word(profile.Name)}");
    }

    // The variables take precedence, but not over the profile that another one names as source_profile.
    private WebIdentitySource WebIdentity(AwsProfile profile, string file, bool isInUse) => new(
        sts,
        Variable(WebIdentitySource.TokenFile, isInUse) ?? file,
        Variable("AWS_ROLE_ARN", isInUse) ?? profile.Text("role_arn"),
        Variable("AWS_ROLE_SESSION_NAME", isInUse) ?? profile.Text("role_session_name", mayBeEmpty: true),
        Variable(WebIdentitySource.TokenFile, isInUse) is null ? $"profile '{profile.Name}'" : WebIdentitySource.TokenFile);

    private string? Variable(string name, bool isInUse) => isInUse ? environment.NotEmpty(name) : null;

    private static int? Duration(AwsProfile profile) => profile.Text("duration_seconds", mayBeEmpty: true) switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => seconds,
        _ => throw profile.Error("duration_seconds", profile["duration_seconds"]!, "is not a number of seconds"),
    };
}

/// <summary>A source that returns given credentials.</summary>
internal sealed class FixedSource(AwsKeys keys) : ICredentialSource
{
    /// <inheritdoc />
    public Task<AwsKeys> GetAsync(CancellationToken cancellationToken) => Task.FromResult(keys);
}
