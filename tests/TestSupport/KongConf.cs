using System.Globalization;

namespace TestSupport;

/// <summary>A kong.conf of one test's own. Disposing it deletes it.</summary>
public sealed class KongConf : IDisposable
{
    /// <summary>Writes a file from settings, each key once: of two for one key the later wins.</summary>
    public KongConf(params (string Key, string Value)[] settings)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllLines(Path, settings.GroupBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} = {s.Last().Value}"));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>A file that leads to a database; later settings win.</summary>
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
