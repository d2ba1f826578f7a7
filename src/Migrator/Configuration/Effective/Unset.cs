using Migrator.Configuration.Keys;

namespace Migrator.Configuration.Effective;

/// <summary>
/// What a setting is when it is unset although it has a default. Kong: what its database driver makes of it, seen on the wire.
/// </summary>
internal static class Unset
{
    /// <summary>The host.</summary>
    public const string Host = "127.0.0.1";

    /// <summary>The port.</summary>
    public const int Port = 5432;

    /// <summary>The user, who is not the default one.</summary>
    public const string User = "postgres";

    /// <summary>How long connecting may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>What an empty value does; null where it does nothing that its default does not do too.</summary>
    public static string? Effect(SettingDefinition definition) => definition switch
    {
        { Name: "pg_host" } => $"{Host} is used",
        { Name: "pg_port" } => $"{Port} is used",
        { Name: "pg_user" } => $"the user is {User}",
        { Name: "pg_database" } => "there is no database to connect to",
        { Name: "pg_timeout" } => $"connecting may take {Timeout.TotalSeconds} seconds",
        { Name: "lua_ssl_trusted_certificate" } => "no certificate is trusted",
        { Name: "vaults" } => "no vault is read",
        { Default: null } or { Type: SettingType.Switch, Default: "off" } or { Type: SettingType.Choice } => null,
        _ => "it is unset",
    };
}
