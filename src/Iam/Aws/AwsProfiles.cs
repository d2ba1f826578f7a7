using Migrator.Files;

namespace Migrator.Iam.Aws;

/// <summary>The profiles in the files that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name, else in <c>~/.aws</c>.</summary>
/// <remarks>
/// They are found as the AWS CLI finds them, because <c>aws sts get-caller-identity</c> tells a user who logs in. AWSSDK.Core reads other
/// files and other profiles, and skips a profile with a setting that it does not know.
/// </remarks>
internal sealed class AwsProfiles(AwsEnvironment environment)
{
    private const string CredentialsFile = "AWS_SHARED_CREDENTIALS_FILE";
    private const string ConfigFile = "AWS_CONFIG_FILE";
    private const string Default = "default";

    private static readonly string[] Names = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
    private static readonly (string Variable, string Name)[] Shared = [(CredentialsFile, "credentials"), (ConfigFile, "config")];

    private AwsConfigFile? credentials;
    private AwsConfigFile? config;

    /// <summary>The variable that names the profile; null if none does.</summary>
    public string? Variable => Array.Find(Names, environment.IsSet);

    /// <summary>The name of the profile in use.</summary>
    /// <exception cref="MigratorException">A variable that names it is empty, or two name different ones.</exception>
    public string Name => (environment.NotEmpty(Names[0]), environment.NotEmpty(Names[1])) switch
    {
        ({ } name, { } other) when name != other => throw new MigratorException(
            $"AWS_PROFILE is '{name}', and AWS_DEFAULT_PROFILE is '{other}'.",
            "Version 2 of the AWS CLI takes the first, version 1 the second.", "Unset one of them: unset AWS_DEFAULT_PROFILE")
        { ExitCode = ExitCode.Usage },
        var (name, other) => name ?? other ?? Default,
    };

    /// <summary>The files, as text for messages.</summary>
    public string Files => $"{Described(CredentialsFile, "credentials")} and {Described(ConfigFile, "config")}";

    /// <summary>A file that a variable names and that does not exist, as text for messages; null if there is none.</summary>
    public string? Missing => Array.Find(Shared, f => environment[f.Variable] is not null && !Exists(PathOf(f.Variable, f.Name)))
        is ({ } variable, var name) ? $"{variable} names {PathOf(variable, name)}, which does not exist" : null;

    /// <summary>The profile in use; null if it does not exist.</summary>
    public AwsProfile? Current => Find(Name);

    /// <summary>The names of the profiles in the files.</summary>
    public IReadOnlyList<string> All => [.. Sections().Select(s => s.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>A profile with keys of its own: <c>default</c>, or else the first one; null if there is none.</summary>
    public string? WithKeys
    {
        get
        {
            string? first = null;
            foreach (var (name, section) in Sections())
            {
                if (section[AwsProfile.KeyId] is not null)
                {
                    first = name == Default ? name : first ?? name;
                }
            }

            return first;
        }
    }

    private AwsConfigFile Credentials => credentials ??= Read(CredentialsFile, "credentials");

    private AwsConfigFile Config => config ??= Read(ConfigFile, "config");

    /// <summary>Finds a profile by name; null if it does not exist.</summary>
    /// <exception cref="MigratorException">A file cannot be read, or there is a mistake in the profile.</exception>
    public AwsProfile? Find(string name)
    {
        foreach (var file in new[] { Credentials, Config })
        {
            if (file.Diagnostic is { } diagnostic)
            {
                throw diagnostic.Error("The AWS profiles", file.Path);
            }
        }

        var (own, other) = (Only(Credentials.Sections.Where(s => s.Name == name)), Section("profile", name));
        return own is null && other is null ? null : new AwsProfile(name, own, other);
    }

    /// <summary>Finds a section of the config file by its kind and name, such as <c>[sso-session dev]</c>; null if there is none.</summary>
    /// <exception cref="MigratorException">There is a mistake in the section.</exception>
    public AwsSection? Section(string kind, string name) => Only(Config.Sections.Where(s => NameOf(s, kind) == name));

    /// <summary>Sections that have the name, but not as a profile must be written, as text for messages; null if there are none.</summary>
    public string? Resembling(string name)
    {
        var found = Credentials.Sections.Concat(Config.Sections).Where(s => Bare(s.Name) == name).Select(s =>
            $"{s.Path}, line {s.Line}, has [{s.Name}]").Take(3).ToList();
        return found.Count == 0 ? null : $"{string.Join("; ", found)}. In the credentials file a profile is [{name}], in the config file "
            + $"[profile {(name.Contains(' ', StringComparison.Ordinal) ? $"'{name}'" : name)}].";
    }

    // Both forms of the default profile count; of several sections for one profile the last counts alone.
    private static string? NameOf(AwsSection section, string kind) =>
        kind == "profile" && section.Name == Default ? Default
        : section.Name.StartsWith(kind, StringComparison.Ordinal) && ShellWords.Split(section.Name) is [_, var name] ? name : null;

    private IEnumerable<(string Name, AwsSection Section)> Sections()
    {
        foreach (var section in Credentials.Sections)
        {
            yield return (section.Name, section);
        }

        foreach (var section in Config.Sections)
        {
            if (NameOf(section, "profile") is { } name)
            {
                yield return (name, section);
            }
        }
    }

    private static string Bare(string section)
    {
        var text = section.Trim();
        return (text.StartsWith("profile ", StringComparison.Ordinal) ? text[8..] : text).Trim(' ', '\t', '"', '\'');
    }

    private static AwsSection? Only(IEnumerable<AwsSection> sections)
    {
        AwsSection? last = null;
        foreach (var section in sections)
        {
            section.Require();
            last = section;
        }

        return last;
    }

    private AwsConfigFile Read(string variable, string name)
    {
        var path = PathOf(variable, name);
        return AwsConfigFile.Parse(Exists(path) ? BoundedFile.ReadText(path, ReadLimits.Default, reason => new MigratorException(
            environment[variable] is null ? $"The AWS profiles in {path} cannot be read: {reason}."
                : $"{variable} names {path}, which cannot be read: {reason}.",
            $"Name a readable file in {variable}, or /dev/null for none: export {variable}=/dev/null")) : "", path);
    }

    // A directory exists, and cannot be read.
    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private string PathOf(string variable, string name) =>
        environment.PathIn(variable) ?? Path.Combine(environment.Home, ".aws", name);

    private string Described(string variable, string name) =>
        PathOf(variable, name) is var path && Exists(path) ? path : $"{path} (which does not exist)";
}

/// <summary>A profile: its section in the credentials file, which takes precedence, and its section in the config file.</summary>
internal sealed class AwsProfile(string name, AwsSection? credentials, AwsSection? config)
{
    /// <summary>The setting with the access key id.</summary>
    public const string KeyId = "aws_access_key_id";

    private const string SecretKey = "aws_secret_access_key";

    /// <summary>The settings that make a profile a source of credentials.</summary>
    private static readonly string[] Sources =
    [
        KeyId, SecretKey, "role_arn", "web_identity_token_file", "credential_process", "login_session", "sso_account_id", "sso_role_name",
        "sso_session", "sso_start_url",
    ];

    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>Whether it says where credentials come from.</summary>
    public bool HasSource => Array.Exists(Sources, s => this[s] is not null);

    /// <summary>Whether it has keys of its own.</summary>
    public bool HasKeys => this[KeyId] is not null || this[SecretKey] is not null;

    /// <summary>A setting; null if there is none.</summary>
    public AwsSetting? this[string key] => credentials?[key] ?? config?[key];

    /// <summary>The value of a setting; null if there is none.</summary>
    /// <param name="key">The name of the setting.</param>
    /// <param name="mayBeEmpty">Whether an empty value counts as none; otherwise it is an error.</param>
    /// <exception cref="MigratorException">The value is empty, or goes on in the next line.</exception>
    public string? Text(string key, bool mayBeEmpty = false) => this[key] switch
    {
        null => null,
        { Value: "" } when mayBeEmpty => null,
        { Value: "" } setting => throw Error(key, setting, "is empty"),
        { } setting when setting.Value.Contains('\n', StringComparison.Ordinal) =>
            throw Error(key, setting, "goes on in the next line, as that is indented"),
        { } setting => setting.Value,
    };

    /// <summary>The error for a setting that cannot be used.</summary>
    public MigratorException Error(string key, AwsSetting setting, string what) => new(
        $"{key} of profile '{name}' {what} ({setting.Place}).",
        setting.Value.Contains(" #", StringComparison.Ordinal) || setting.Value.Contains(" ;", StringComparison.Ordinal)
            ? "A comment needs a line of its own; behind a value it is a part of the value." : null,
        $"Correct line {setting.Line} of {setting.Path}, or remove it.");

    /// <summary>The keys in the credentials file; null if there are none.</summary>
    public AwsKeys? KeysOfCredentialsFile => Keys(credentials);

    /// <summary>The keys in the config file, which come after a credential_process; null if there are none.</summary>
    public AwsKeys? KeysOfConfigFile => Keys(config);

    private AwsKeys? Keys(AwsSection? section)
    {
        if (section?[KeyId] is not { } id)
        {
            return null;
        }

        var key = section[SecretKey] ?? throw Error(KeyId, id, $"has no {SecretKey} beside it");
        var token = section["aws_security_token"] ?? section["aws_session_token"];
        Check(KeyId, id, CredentialFields.DiagnosticOfKeyId);
        Check(SecretKey, key, CredentialFields.DiagnosticOfSecretKey);
        if (token is not null)
        {
            Check("aws_session_token", token, CredentialFields.DiagnosticOfToken);
        }

        return AwsKeys.From(id.Value, key.Value, token?.Value, expires: null, $"profile '{name}'");
    }

    private void Check(string key, AwsSetting setting, Func<string, string?, string?> diagnostic)
    {
        if (diagnostic("", setting.Value) is { } what)
        {
            throw Error(key, setting, what.TrimStart());
        }
    }
}
