namespace Migrator.Iam.Aws;

/// <summary>A setting that AWS programs share, and its source.</summary>
/// <param name="Value">The value.</param>
/// <param name="Source">The source, as text for messages.</param>
internal sealed record AwsSetting(string Value, string Source);

/// <summary>The settings that AWS programs share: an environment variable, or else a key of the profile in use.</summary>
/// <remarks>AWS SDKs and Tools Reference Guide, "Settings reference".</remarks>
internal sealed class AwsSettings(AwsEnvironment environment)
{
    /// <summary>The environment variables.</summary>
    public AwsEnvironment Environment => environment;

    /// <summary>Finds a setting; null if it is not set.</summary>
    /// <param name="variable">The environment variable.</param>
    /// <param name="key">The key of the profile.</param>
    public AwsSetting? Find(string variable, string key) =>
        environment[variable] is { } value ? new AwsSetting(value, variable) : OfProfile(key);

    /// <summary>Finds a switch; null if it is not on.</summary>
    /// <inheritdoc cref="Find" />
    public AwsSetting? FindSwitch(string variable, string key) =>
        Find(variable, key) is { } found && found.Value.Equals("true", StringComparison.OrdinalIgnoreCase) ? found : null;

    /// <summary>Finds the URL of a service in the <c>services</c> section of the profile in use; null if there is none.</summary>
    /// <param name="service">The service, for example <c>sts</c>.</param>
    public AwsSetting? OfService(string service) => null;

    /// <summary>Finds a key of the profile in use; null if it has none.</summary>
    public AwsSetting? OfProfile(string key) => null;
}
