namespace Migrator.Configuration.Effective;

/// <summary>Shared memory that kong.conf adds to nginx: <c>nginx_http_lua_shared_dict = NAME SIZE</c>.</summary>
internal static class SharedMemory
{
    /// <summary>The setting.</summary>
    public const string Setting = "nginx_http_lua_shared_dict";

    private const string Directive = "lua_shared_dict";

    /// <summary>The names that a setting adds; null if it is another setting, or if its value is something else.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="value">Its value. After a semicolon, it may have further directives.</param>
    public static IReadOnlyList<string>? NamesIn(string name, string value)
    {
        if (name != Setting)
        {
            return null;
        }

        var names = new List<string>();
        foreach (var directive in value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = directive.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(w => w.Trim('"', '\'')).ToList();
            if (names.Count > 0 && words[0] == Directive)
            {
                words.RemoveAt(0);
            }

            if (words is not [var memory, [>= '0' and <= '9', ..]])
            {
                return null;
            }

            names.Add(memory);
        }

        return names;
    }
}
