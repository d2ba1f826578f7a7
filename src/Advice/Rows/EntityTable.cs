using System.Collections.Frozen;

namespace Migrator.Advice.Rows;

/// <summary>A table of the gateway whose rows the Admin API can change.</summary>
/// <param name="Table">The table.</param>
/// <param name="Entity">The entity of its rows.</param>
/// <param name="Endpoint">The path of the entity in the Admin API.</param>
/// <param name="NameColumn">The column that names a row to people; null if there is none.</param>
internal sealed record EntityTable(string Table, string Entity, string Endpoint, string? NameColumn)
{
    /// <summary>The tables, without those that only the gateway writes, and without filter chains, whose filters are not known.</summary>
    private static readonly FrozenDictionary<string, EntityTable> All = new EntityTable[]
    {
        new("acls", "acls", "acls", "group"),
        new("acme_storage", "acme_storage", "acme_storage", "key"),
        new("basicauth_credentials", "basicauth_credentials", "basic-auths", "username"),
        new("ca_certificates", "ca_certificates", "ca_certificates", null),
        new("certificates", "certificates", "certificates", null),
        new("consumers", "consumers", "consumers", "username"),
        new("hmacauth_credentials", "hmacauth_credentials", "hmac-auths", "username"),
        new("jwt_secrets", "jwt_secrets", "jwts", null),
        new("key_sets", "key_sets", "key-sets", "name"),
        new("keyauth_credentials", "keyauth_credentials", "key-auths", null),
        new("keys", "keys", "keys", "name"),
        new("oauth2_credentials", "oauth2_credentials", "oauth2", "name"),
        new("oauth2_tokens", "oauth2_tokens", "oauth2_tokens", null),
        new("plugins", "plugins", "plugins", "name"),
        new("routes", "routes", "routes", "name"),
        new("services", "services", "services", "name"),
        new("sessions", "sessions", "sessions", null),
        new("sm_vaults", "vaults", "vaults", "prefix"),
        new("snis", "snis", "snis", "name"),
        new("targets", "targets", "targets", "target"),
        new("upstreams", "upstreams", "upstreams", "name"),
    }.ToFrozenDictionary(t => t.Table, StringComparer.Ordinal);

    /// <summary>Finds a table; null if its rows are not looked at.</summary>
    public static EntityTable? Find(string table) => All.GetValueOrDefault(table);

    /// <summary>The names of the tables whose rows are looked at.</summary>
    public static IEnumerable<string> Names => All.Keys;
}
