namespace Migrator.Iam.Aws;

/// <summary>A setting that AWS programs share, and its source.</summary>
/// <param name="Value">The value.</param>
/// <param name="Source">The source, as text for messages.</param>
internal sealed record SharedSetting(string Value, string Source)
{
    /// <summary>Whether it is a switch that is on: <c>true</c>, in any case.</summary>
    public bool IsOn => Value.Equals("true", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The settings that AWS programs share: an environment variable, or else a key of the profile in use.</summary>
/// <remarks>AWS SDKs and Tools Reference Guide, "Settings reference".</remarks>
internal sealed class SharedSettings(AwsEnvironment environment, AwsProfiles profiles)
{
    /// <summary>Finds a setting; null if it is not set.</summary>
    /// <param name="variable">The environment variable.</param>
    /// <param name="key">The key of the profile.</param>
    /// <exception cref="Errors.MigratorException">The variable is set, and empty.</exception>
    public SharedSetting? Find(string variable, string key) =>
        environment.NotEmpty(variable) is { } value ? new SharedSetting(value, variable) : OfProfile(key);

    /// <summary>Finds an environment variable; null if it is not set, or empty, which is the same for a URL.</summary>
    public SharedSetting? OfVariable(string name) => environment[name] is { } value ? new SharedSetting(value, name) : null;

    /// <summary>Finds a key of the profile in use; null if it has none.</summary>
    public SharedSetting? OfProfile(string key) => profiles.Current is { } profile && profile.Text(key, mayBeEmpty: true) is { } value
        ? new SharedSetting(value, $"{key} of profile '{profile.Name}'") : null;

    /// <summary>Finds the URL of a service in the <c>services</c> section of the profile in use; null if there is none.</summary>
    /// <param name="service">The service, for example <c>sts</c>.</param>
    public SharedSetting? OfService(string service)
    {
        if (profiles.Current is not { } profile || profile.Text("services", mayBeEmpty: true) is not { } name)
        {
            return null;
        }

        var section = profiles.Section("services", name) ?? throw profile.Error(
            "services", profile["services"]!, $"is '{name}', and there is no section [services {name}] in the config file");
        return section[service]?.Nested?.GetValueOrDefault("endpoint_url") is { Value.Length: > 0 } url
            ? new SharedSetting(url.Value, $"endpoint_url of {service} in [services {name}]") : null;
    }

    /// <summary>The proxy of a request; null if it has none.</summary>
    /// <exception cref="Errors.MigratorException">The variable that names it has no URL of a proxy.</exception>
    public AwsProxy? Proxy(Uri url) => AwsProxy.Find(url, environment);

    /// <summary>The path in a setting, with the values of <c>$NAME</c> and <c>~</c>.</summary>
    public string PathIn(SharedSetting setting) => environment.Expand(setting.Value, setting.Source);
}
