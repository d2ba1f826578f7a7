using Migrator.Configuration.Bytes;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>A setting that the file or the environment gives, whether it concerns migrations or not.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">The value before vaults; <c>***</c> if it may be a secret; null if it is empty or in a file of its own.</param>
/// <param name="Line">The line of the file; null for an environment variable.</param>
/// <param name="Place">The source as text: <c>kong.conf:12</c> or <c>environment variable KONG_PG_HOST</c>.</param>
internal sealed record GivenKey(string Name, string? Value, int? Line, string Place);

/// <summary>
/// Lists the settings of a file, each with its last line, then those of the environment, which override them. Keys that no gateway from 2.8
/// on knows are left out.
/// </summary>
internal static class GivenKeys
{
    private const string Prefix = "KONG_";
    private const string Masked = "***";

    // Settings of 2.8 and later that no gateway from 3.0 on has. SettingCatalogue has the rest.
    private static readonly HashSet<string> Removed = new(StringComparer.Ordinal)
    {
        "cassandra_consistency", "client_max_body_size", "client_body_buffer_size", "go_plugins_dir", "go_pluginserver_exe",
        "nginx_http_upstream_keepalive", "nginx_http_upstream_keepalive_requests", "nginx_http_upstream_keepalive_timeout",
        "nginx_optimizations", "nginx_upstream_keepalive", "nginx_upstream_keepalive_requests", "nginx_upstream_keepalive_timeout",
        "privileged_agent", "privileged_worker", "router_consistency", "router_update_frequency", "upstream_keepalive",
    };

    // Kong hides the values of keys, of a proxy and of a declarative configuration; the others are of Enterprise.
    private static readonly string[] Secret =
    [
        "password", "secret", "token", "_key", "auth_conf", "session_conf", "proxy_server", "proxy_url", "config_string", "_cert",
        "s3_config",
    ];

    /// <summary>Lists the settings.</summary>
    /// <param name="file">The bytes of the file; null if there is none.</param>
    /// <param name="fileName">The name of the file.</param>
    /// <param name="environment">The environment variables.</param>
    public static IReadOnlyList<GivenKey> List(
        ReadOnlyMemory<byte>? file, string fileName, IReadOnlyDictionary<string, string> environment) =>
        [.. FromFile(file ?? default, fileName), .. FromEnvironment(environment)];

    private static IEnumerable<GivenKey> FromFile(ReadOnlyMemory<byte> file, string fileName)
    {
        var settings = new Dictionary<string, (int Line, ReadOnlyMemory<byte> Raw)>(StringComparer.Ordinal);
        var lines = new LineReader(file);
        while (lines.Read() && !SectionLine.Is(lines.Text.Span))
        {
            var name = KeyName.Before(lines.Text.Span);
            if (IsKnown(name))
            {
                // The text of a continued line is overwritten by the next one.
                var raw = Ascii.TrimStart(lines.Text.Span[(lines.Text.Span.IndexOf((byte)'=') + 1)..]);
                settings[name] = (lines.FirstLine, raw.ToArray());
            }
        }

        return settings.OrderBy(s => s.Value.Line).Select(s => new GivenKey(
            s.Key, Shown(s.Key, FileValue.Read(ByteText.Decode(s.Value.Raw.Span)).Text), s.Value.Line,
            SettingSource.File(fileName, s.Value.Line).Place));
    }

    private static IEnumerable<GivenKey> FromEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (variable, value) in environment.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(Prefix, StringComparison.Ordinal) || variable.Any(char.IsAsciiLetterLower))
            {
                continue;
            }

            var place = SettingSource.Environment(variable).Place;
            var name = variable[Prefix.Length..].ToLowerInvariant();
            if (IsKnown(name))
            {
                yield return new(name, Shown(name, Ascii.Trim(value)), Line: null, place);
            }
            else if (VariableFiles.KeyOf(variable) is { } key && IsKnown(key))
            {
                yield return new(key, Value: null, Line: null, place);
            }
        }
    }

    private static bool IsKnown(string name) => SettingCatalogue.IsKnown(name) || Removed.Contains(name);

    // A directive of nginx may have a header with a login, a URL a password.
    private static string? Shown(string name, string value)
    {
        var isShown = SettingCatalogue.Find(name) is { } definition
            ? !definition.IsSecret
            : SharedMemory.NamesIn(name, value) is not null || (Removed.Contains(name) || SettingCatalogue.AllNames().Contains(name))
                && !Secret.Any(part => name.Contains(part, StringComparison.Ordinal));
        var hasLogin = value.Contains("://", StringComparison.Ordinal) && value.Contains('@', StringComparison.Ordinal);
        return value.Length == 0 ? null : isShown && !hasLogin ? value : Masked;
    }
}
