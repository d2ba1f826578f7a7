using System.Globalization;

namespace TestSupport;

/// <summary>A kong.conf of the test's own. Dispose deletes it.</summary>
public sealed class KongConf : IDisposable
{
    /// <summary>Writes the settings to a file. Of two with the same key, the later one is used.</summary>
    public KongConf(params (string Key, string Value)[] settings)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllLines(Path, settings.GroupBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} = {s.Last().Value}"));
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>Creates a file for a connection to a database. Later settings override earlier ones.</summary>
    public static KongConf For(TestDatabase database, params (string Key, string Value)[] more) => new(
    [
        ("pg_host", "127.0.0.1"),
        ("pg_port", database.Server.Port.ToString(CultureInfo.InvariantCulture)),
        ("pg_user", "kong"),
        ("pg_database", database.Name),
        .. more,
    ]);

    /// <inheritdoc />
    public void Dispose() => File.Delete(Path);
}
