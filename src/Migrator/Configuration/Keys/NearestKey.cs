namespace Migrator.Configuration.Keys;

/// <summary>The setting that was probably meant by a key that no gateway knows.</summary>
internal static class NearestKey
{
    // Names of other programs (libpq, Django, Helm charts) that people write with Kong's prefix.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["pg_username"] = "pg_user",
        ["pg_pass"] = "pg_password",
        ["pg_passwd"] = "pg_password",
        ["pg_db"] = "pg_database",
        ["pg_dbname"] = "pg_database",
        ["pg_hostname"] = "pg_host",
        ["pg_sslmode"] = "pg_ssl",
        ["pg_ssl_mode"] = "pg_ssl",
        ["pg_tls"] = "pg_ssl",
        ["pg_tls_verify"] = "pg_ssl_verify",
        ["pg_sslverify"] = "pg_ssl_verify",
        ["pg_iam"] = "pg_iam_auth",
    };

    private static readonly string[] Prefixes = ["export_", "set_", "kong_", "_"];

    // A slip or two in a word of some length; in short ones two letters are another word.
    private const int FarthestSlip = 2;
    private const int ShortestName = 6;
    private const int LongestName = 48;

    private static readonly Lazy<string[]> Candidates = new(static () =>
        [.. SettingCatalogue.All.Where(definition => definition.ConcernsDatabase).Select(definition => definition.Name)]);

    /// <summary>
    /// The setting of the connection that an unknown key is close to; null where it is not, or where it is closer to some other setting.
    /// </summary>
    public static string? Of(string key)
    {
        if (key.Length > LongestName)
        {
            return null;
        }

        var bare = Undress(key);
        if (SettingCatalogue.FindDatabase(bare) is { } known)
        {
            return known.Name;
        }

        return Aliases.GetValueOrDefault(bare) ?? BySpelling(bare);
    }

    private static string? BySpelling(string key)
    {
        if (key.Length < ShortestName)
        {
            return null;
        }

        var (name, distance) = Closest(key, Candidates.Value, FarthestSlip);
        return name is not null && Closest(key, SettingCatalogue.AllNames(), distance - 1).Name is null ? name : null;
    }

    private static (string? Name, int Distance) Closest(string key, IEnumerable<string> names, int limit)
    {
        string? nearest = null;
        foreach (var name in names)
        {
            var distance = EditDistance.Between(key, name, limit);
            if (distance <= limit)
            {
                (nearest, limit) = (name, distance - 1);
            }
        }

        return (nearest, limit + 1);
    }

    private static string Undress(string key)
    {
        var bare = key.ToLowerInvariant();
        foreach (var prefix in Prefixes)
        {
            bare = bare.StartsWith(prefix, StringComparison.Ordinal) && bare != "_debug_pg_ttl_cleanup_interval" ? bare[prefix.Length..]
                : bare;
        }

        return bare.Trim('_');
    }
}
