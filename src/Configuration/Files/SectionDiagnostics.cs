using System.Text;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Files;

/// <summary>
/// Reports the settings lost after a section line. Kong: loses all of them; migrator refuses to lose a setting of the connection.
/// </summary>
/// <param name="diagnostics">Receives the errors and warnings.</param>
internal sealed class SectionDiagnostics(DiagnosticList diagnostics)
{
    private const int MaxNamed = 10;

    private readonly List<string> lostNames = [];
    private int firstLine;
    private string? firstName;
    private int lost;
    private bool lostPostgres;
    private bool hasCrashed;

    /// <summary>Whether a section line has been read, so that all later settings are lost.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether a section has caused an error.</summary>
    public bool HasRefused { get; private set; }

    /// <summary>Records a section line.</summary>
    public void Start(int line, string? name)
    {
        if (name is null && !hasCrashed)
        {
            hasCrashed = true;
            diagnostics.Refuse(line,
                "a line that starts with '[' and has no name in brackets: the gateway's loader crashes on it. Remove the line, or put a "
                    + "# before it.");
        }
        else if (name is not null && SettingCatalogue.FindDatabase(KeyName.Of(Encoding.Latin1.GetBytes(name))) is { } definition)
        {
            HasRefused = true;
            diagnostics.Refuse(line,
                $"a section called [{definition.Name}] replaces the setting of that name by something unusable. Remove the line; "
                    + "kong.conf has no sections.");
        }

        if (!IsOpen)
        {
            (IsOpen, firstLine, firstName) = (true, line, name);
        }
    }

    /// <summary>Records the key of a line after a section line.</summary>
    public void Lose(int line, string key)
    {
        lost += key.Length > 0 ? 1 : 0;
        if (SettingCatalogue.FindDatabase(key) is null)
        {
            return;
        }

        lostPostgres |= key.StartsWith("pg_", StringComparison.Ordinal);
        if (lostNames.Count < MaxNamed)
        {
            lostNames.Add(string.Create(CultureInfo.InvariantCulture, $"{key} (line {line})"));
        }
    }

    /// <summary>Reports what was lost, after the last line.</summary>
    public void Finish()
    {
        if (lost == 0)
        {
            return;
        }

        var settings = lostNames.Count > 0 ? string.Join(", ", lostNames) : $"{lost} settings";
        var what = $"'[{SettingText.Plain(firstName ?? "")}]' starts a section, and the gateway ignores everything behind it: {settings}. "
            + "Remove the line; kong.conf has no sections.";
        if (lostPostgres)
        {
            HasRefused = true;
            diagnostics.Refuse(firstLine, what);
        }
        else
        {
            diagnostics.Warn(firstLine, DiagnosticCode.Section, what);
        }
    }
}

/// <summary>
/// Recognizes section lines. Kong: a line whose very first character is <c>[</c> starts a section, and everything after it is lost; nothing
/// ends a section. A line without a name in brackets makes its loader crash.
/// </summary>
internal static class SectionLine
{
    /// <summary>Whether the line is a section line.</summary>
    public static bool Is(ReadOnlySpan<byte> line) => line.StartsWith((byte)'[');

    /// <summary>Returns the name in the first brackets that are not empty; null if there is none.</summary>
    public static string? NameOf(ReadOnlySpan<byte> line)
    {
        for (var open = 0; open >= 0;)
        {
            line = line[(open + 1)..];
            var close = line.IndexOf((byte)']');
            if (close != 0)
            {
                return close < 0 ? null : Encoding.Latin1.GetString(line[..Math.Min(close, 80)]);
            }

            open = line.IndexOf((byte)'[');
        }

        return null;
    }
}
