namespace Migrator.Configuration.Settings;

/// <summary>Finds the setting that was probably meant by a key that no gateway knows.</summary>
internal static class NearestKey
{
    // Names from other programs (libpq, Django, Helm charts) that people write with Kong's prefix.
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

    // Up to two typing errors in a name of some length; in a short name, two different letters make another name.
    private const int MaxDistance = 2;
    private const int MinLength = 6;
    private const int MaxLength = 48;

    private static readonly Lazy<string[]> Candidates = new(static () =>
        [.. SettingCatalogue.All.Where(definition => definition.ConcernsDatabase).Select(definition => definition.Name)]);

    /// <summary>Returns the connection setting closest to an unknown key; null if none is close, or another setting is closer.</summary>
    public static string? Of(string key)
    {
        if (key.Length > MaxLength)
        {
            return null;
        }

        var bare = RemovePrefixes(key);
        if (SettingCatalogue.FindDatabase(bare) is { } known)
        {
            return known.Name;
        }

        return Aliases.GetValueOrDefault(bare) ?? BySpelling(bare);
    }

    private static string? BySpelling(string key)
    {
        if (key.Length < MinLength)
        {
            return null;
        }

        var (name, distance) = Closest(key, Candidates.Value, MaxDistance);
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

    private static string RemovePrefixes(string key)
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

/// <summary>
/// Counts the typing errors between two words: a letter missing, extra or wrong, or two adjacent letters swapped. The method is optimal
/// string alignment.
/// </summary>
internal static class EditDistance
{
    /// <summary>Returns the distance, or <paramref name="limit"/> + 1 if it is larger than <paramref name="limit"/>.</summary>
    public static int Between(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
        {
            return limit + 1;
        }

        var width = right.Length + 1;
        Span<int> rows = stackalloc int[3 * width];
        for (var column = 0; column < width; column++)
        {
            rows[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            var best = Fill(rows, width, left, right, row);
            if (best > limit)
            {
                return limit + 1;
            }
        }

        return Math.Min(rows[(left.Length % 3 * width) + right.Length], limit + 1);
    }

    private static int Fill(Span<int> rows, int width, string left, string right, int row)
    {
        var current = rows.Slice(row % 3 * width, width);
        var above = rows.Slice((row + 2) % 3 * width, width);
        var twoAbove = rows.Slice((row + 1) % 3 * width, width);
        current[0] = row;
        var best = row;
        for (var column = 1; column < width; column++)
        {
            var differs = left[row - 1] == right[column - 1] ? 0 : 1;
            var distance = Math.Min(Math.Min(above[column], current[column - 1]) + 1, above[column - 1] + differs);
            if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
            {
                distance = Math.Min(distance, twoAbove[column - 2] + 1);
            }

            current[column] = distance;
            best = Math.Min(best, distance);
        }

        return best;
    }
}
