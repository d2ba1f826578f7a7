using System.Globalization;
using System.Text;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Files;

/// <summary>What is lost behind a section line. Kong: everything; migrator refuses to lose a setting of the connection.</summary>
/// <param name="diagnostics">Where complaints go.</param>
internal sealed class SectionDiagnostics(DiagnosticList diagnostics)
{
    private const int Named = 10;

    private readonly List<string> lostNames = [];
    private int firstLine;
    private string? firstName;
    private int lost;
    private bool lostPostgres;
    private bool hasCrashed;

    /// <summary>Whether a section line has been read: nothing counts any more.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether it has led to an error.</summary>
    public bool HasRefused { get; private set; }

    /// <summary>Takes a section line.</summary>
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

    /// <summary>Takes the key of a line behind it.</summary>
    public void Lose(int line, string key)
    {
        lost += key.Length > 0 ? 1 : 0;
        if (SettingCatalogue.FindDatabase(key) is null)
        {
            return;
        }

        lostPostgres |= key.StartsWith("pg_", StringComparison.Ordinal);
        if (lostNames.Count < Named)
        {
            lostNames.Add(string.Create(CultureInfo.InvariantCulture, $"{key} (line {line})"));
        }
    }

    /// <summary>Says what was lost, when all of it is known.</summary>
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
/// Section lines. Kong: a line whose very first character is <c>[</c> starts a section, and everything behind it is lost; there is no way
/// back. One without a name between brackets makes its loader crash.
/// </summary>
internal static class SectionLine
{
    /// <summary>Whether the line is one.</summary>
    public static bool Is(ReadOnlySpan<byte> line) => line.StartsWith((byte)'[');

    /// <summary>The name between the first brackets that hold one; null where none do.</summary>
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
