namespace Migrator.Configuration.Settings;

/// <summary>The definition of a setting that concerns migrations: its name, its type and its default.</summary>
/// <param name="Name">The key, as kong.conf spells it.</param>
/// <param name="Type">The type that its text is converted to.</param>
/// <param name="Default">The text that it has if no layer gives it; null means unset.</param>
internal sealed record SettingDefinition(string Name, SettingType Type, string? Default)
{
    /// <summary>The allowed values of a <see cref="SettingType.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; private init; } = [];

    /// <summary>Whether no part of the value may be shown.</summary>
    public bool IsSecret { get; private init; }

    /// <summary>Whether the value is the password of a login to the database.</summary>
    public bool IsPassword => Name is "pg_password" or "pg_ro_password";

    /// <summary>
    /// Whether a value other than on or off is refused, not read as off. It is for switches that decide which login is used.
    /// </summary>
    public bool IsStrict { get; private init; }

    /// <summary>The environment variable that overrides the file. Kong: only this spelling counts.</summary>
    public string Variable => $"KONG_{Name.ToUpperInvariant()}";

    /// <summary>
    /// Whether the connection depends on the setting. Only such settings cause warnings: a migration does not depend on the others.
    /// </summary>
    public bool ConcernsDatabase { get; } = Name.StartsWith("pg_", StringComparison.Ordinal)
        || Name.StartsWith("lua_ssl_", StringComparison.Ordinal)
        || Name is "database" or "vaults" or "vault_env_prefix" or "vault_aws_sts_endpoint_url";

    /// <summary>Defines a text setting.</summary>
    public static SettingDefinition Text(string name, string? fallback = null) => new(name, SettingType.Text, fallback);

    /// <summary>Defines a text setting that must not be shown.</summary>
    public static SettingDefinition Secret(string name) => new(name, SettingType.Text, null) { IsSecret = true };

    /// <summary>Defines a number setting.</summary>
    public static SettingDefinition Number(string name, string? fallback = null) => new(name, SettingType.Number, fallback);

    /// <summary>Defines a switch, which is on or off.</summary>
    public static SettingDefinition Switch(string name, string? fallback = null) => new(name, SettingType.Switch, fallback);

    /// <summary>Defines a switch for which any other value than on or off is refused.</summary>
    public static SettingDefinition StrictSwitch(string name, string? fallback = null) => Switch(name, fallback) with { IsStrict = true };

    /// <summary>Defines a setting with a list of allowed values.</summary>
    public static SettingDefinition Choice(string name, string fallback, IReadOnlyList<string> choices) =>
        new(name, SettingType.Choice, fallback) { Choices = choices };

    /// <summary>Defines a list setting.</summary>
    public static SettingDefinition List(string name, string fallback) => new(name, SettingType.List, fallback);
}

/// <summary>The type that a setting's text is converted to. Kong: the types of its loader.</summary>
internal enum SettingType
{
    /// <summary>Text, as it is.</summary>
    Text,

    /// <summary>A number by the rules of LuaJIT; other text becomes unset.</summary>
    Number,

    /// <summary>True for <c>on</c> and <c>true</c>, false for everything else.</summary>
    Switch,

    /// <summary>One of the allowed values; anything else is an error.</summary>
    Choice,

    /// <summary>Items separated by commas.</summary>
    List,
}
