namespace Migrator.Configuration.Settings;

/// <summary>One setting that concerns migrations: its name, its type and what it is when nobody gives it.</summary>
/// <param name="Name">The key, as kong.conf spells it.</param>
/// <param name="Type">What its text is turned into.</param>
/// <param name="Default">The text it has when no layer gives it; null is unset.</param>
internal sealed record SettingDefinition(string Name, SettingType Type, string? Default)
{
    /// <summary>The words that a <see cref="SettingType.Choice"/> may be.</summary>
    public IReadOnlyList<string> Choices { get; private init; } = [];

    /// <summary>Whether the value must not be seen, nor any part of it.</summary>
    public bool IsSecret { get; private init; }

    /// <summary>A switch that decides which login is used: what is neither on nor off is refused, not read as off.</summary>
    public bool IsStrict { get; private init; }

    /// <summary>The variable that overrides the file. Kong: only this spelling counts.</summary>
    public string Variable => $"KONG_{Name.ToUpperInvariant()}";

    /// <summary>
    /// Whether the connection depends on it. Only such settings are worth a warning: a migration does not depend on the others.
    /// </summary>
    public bool ConcernsDatabase { get; } = Name.StartsWith("pg_", StringComparison.Ordinal)
        || Name.StartsWith("lua_ssl_", StringComparison.Ordinal)
        || Name is "database" or "vaults" or "vault_env_prefix" or "vault_aws_sts_endpoint_url";

    /// <summary>A setting that is text.</summary>
    public static SettingDefinition Text(string name, string? fallback = null) => new(name, SettingType.Text, fallback);

    /// <summary>A setting that is text that must not be seen.</summary>
    public static SettingDefinition Secret(string name) => new(name, SettingType.Text, null) { IsSecret = true };

    /// <summary>A setting that is a number.</summary>
    public static SettingDefinition Number(string name, string? fallback = null) => new(name, SettingType.Number, fallback);

    /// <summary>A setting that is on or off.</summary>
    public static SettingDefinition Switch(string name, string? fallback = null) => new(name, SettingType.Switch, fallback);

    /// <summary>A setting that is on or off, and nothing else.</summary>
    public static SettingDefinition StrictSwitch(string name, string? fallback = null) => Switch(name, fallback) with { IsStrict = true };

    /// <summary>A setting that is one of a few words.</summary>
    public static SettingDefinition Choice(string name, string fallback, IReadOnlyList<string> choices) =>
        new(name, SettingType.Choice, fallback) { Choices = choices };

    /// <summary>A setting that is a list.</summary>
    public static SettingDefinition List(string name, string fallback) => new(name, SettingType.List, fallback);
}

/// <summary>What a setting's text is turned into. Kong: the types of its own loader.</summary>
internal enum SettingType
{
    /// <summary>Text, as it is.</summary>
    Text,

    /// <summary>A number by LuaJIT's rules; what is none becomes unset.</summary>
    Number,

    /// <summary>True for <c>on</c> and <c>true</c>, false for everything else.</summary>
    Switch,

    /// <summary>One of a few words, else an error.</summary>
    Choice,

    /// <summary>Items between commas.</summary>
    List,
}
