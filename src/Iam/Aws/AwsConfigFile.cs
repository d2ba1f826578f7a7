using System.Text;

namespace Migrator.Iam.Aws;

/// <summary>One of AWS's shared files as text: sections with their settings and line numbers.</summary>
/// <remarks>
/// It is read as the AWS CLI reads it: a comment has a line of its own, an indented line continues a value, the names of settings have no
/// case, and <c>[DEFAULT]</c> has values for every section. The CLI reads nothing of a file with a mistake; here a mistake belongs to its
/// section, and is an error only if somebody asks for that section.
/// </remarks>
internal sealed class AwsConfigFile
{
    private const string Inherited = "DEFAULT";

    private readonly List<AwsSection> sections = [];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);

    private AwsConfigFile(string path) => Path = path;

    /// <summary>The path, for messages.</summary>
    public string Path { get; }

    /// <summary>The sections in the order of the file.</summary>
    public IReadOnlyList<AwsSection> Sections => sections;

    /// <summary>The first mistake that may concern every section, such as a setting before the first one; null if there is none.</summary>
    public AwsDiagnostic? Diagnostic { get; private set; }

    /// <summary>Reads a file. A mistake is recorded, and never throws.</summary>
    /// <param name="text">The content.</param>
    /// <param name="path">The path, for messages.</param>
    public static AwsConfigFile Parse(string text, string path)
    {
        var file = new AwsConfigFile(path);
        file.Read(text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r'));
        file.Inherit();
        return file;
    }

    private void Read(string[] lines)
    {
        AwsSection? section = null;
        var open = new OpenValue();
        var indent = 0;
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1];
            var text = line.Trim();
            if (text.StartsWith('#') || text.StartsWith(';'))
            {
                continue;
            }

            var depth = line.Length - line.TrimStart().Length;
            if (text.Length == 0 || (open.IsOpen && depth > indent))
            {
                open.Continue(text, number);
                continue;
            }

            open.Close(section, Path);
            indent = depth;
            if (text[0] == '[')
            {
                section = Header(text, number);
            }
            else if (text.IndexOfAny(['=', ':']) is > 0 and var end && section is not null)
            {
                open.Start(text[..end].TrimEnd().ToLowerInvariant(), text[(end + 1)..].TrimStart(), number);
            }
            else
            {
                Add(section, new AwsDiagnostic(number, section is null
                    ? "it stands before the first section, such as [default]"
                    : "it is neither a section nor a setting of the form name = value"));
            }
        }

        open.Close(section, Path);
    }

    private AwsSection? Header(string text, int number)
    {
        var end = text.IndexOf(']', StringComparison.Ordinal);
        if (end < 2)
        {
            Add(section: null, new AwsDiagnostic(number, "the name of the section does not end: [ without name and ]"));
            return null;
        }

        var section = new AwsSection(text[1..end], Path, number);
        if (text.IndexOf(']', end + 1) > 0)
        {
            // AWS's programs end the name at the first or at the last bracket, depending on their version.
            section.Diagnostics.Add(new AwsDiagnostic(number, "there is another ] behind the name of the section"));
        }
        else if (!known.TryAdd(section.Name, number) && section.Name != Inherited)
        {
            section.Diagnostics.Add(new AwsDiagnostic(number, $"the same section stands in line {known[section.Name]} already"));
        }

        sections.Add(section);
        return section;
    }

    private void Add(AwsSection? section, AwsDiagnostic diagnostic)
    {
        if (section is null)
        {
            Diagnostic ??= diagnostic;
        }
        else
        {
            section.Diagnostics.Add(diagnostic);
        }
    }

    private void Inherit()
    {
        foreach (var common in sections.Where(s => s.Name == Inherited).ToList())
        {
            Diagnostic ??= common.Diagnostics.FirstOrDefault();
            sections.Remove(common);
            foreach (var section in sections)
            {
                common.CopyTo(section);
            }
        }
    }

    /// <summary>The setting whose value the next lines may continue.</summary>
    private sealed class OpenValue
    {
        private readonly List<(string Text, int Line)> lines = [];
        private string name = "";

        public bool IsOpen => lines.Count > 0;

        public void Start(string setting, string value, int number)
        {
            name = setting;
            lines.Add((value, number));
        }

        public void Continue(string text, int number)
        {
            if (IsOpen)
            {
                lines.Add((text, number));
            }
        }

        public void Close(AwsSection? section, string path)
        {
            if (IsOpen && section is not null)
            {
                var value = new StringBuilder().AppendJoin('\n', lines.Select(l => l.Text)).ToString().TrimEnd();
                section.Add(name, new AwsSetting(value, path, lines[0].Line, value.StartsWith('\n') ? Nested(section, path) : null));
            }

            lines.Clear();
        }

        private Dictionary<string, AwsSetting> Nested(AwsSection section, string path)
        {
            var settings = new Dictionary<string, AwsSetting>(StringComparer.Ordinal);
            foreach (var (text, line) in lines.Where(l => l.Text.Length > 0))
            {
                if (text.Split('=', 2) is [var key, var value])
                {
                    settings[key.Trim()] = new AwsSetting(value.Trim(), path, line, Nested: null);
                }
                else
                {
                    section.Diagnostics.Add(new AwsDiagnostic(line, "it is not a setting of the form name = value"));
                }
            }

            return settings;
        }
    }
}

/// <summary>A section of a shared file.</summary>
/// <param name="name">The text between the brackets.</param>
/// <param name="path">The file.</param>
/// <param name="line">The line of its header.</param>
internal sealed class AwsSection(string name, string path, int line)
{
    private readonly Dictionary<string, AwsSetting> settings = new(StringComparer.Ordinal);

    /// <summary>The text between the brackets.</summary>
    public string Name => name;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The line of its header.</summary>
    public int Line => line;

    /// <summary>What is wrong in it.</summary>
    public List<AwsDiagnostic> Diagnostics { get; } = [];

    /// <summary>A setting by its name in small letters; null if there is none.</summary>
    public AwsSetting? this[string key] => settings.GetValueOrDefault(key);

    /// <summary>Adds a setting. A second one of the same name is a mistake.</summary>
    public void Add(string key, AwsSetting setting)
    {
        if (!settings.TryAdd(key, setting))
        {
            Diagnostics.Add(new AwsDiagnostic(setting.Line, $"the same setting stands in line {settings[key].Line} already"));
        }
    }

    /// <summary>Gives the other section the settings that it does not have.</summary>
    public void CopyTo(AwsSection other)
    {
        foreach (var (key, setting) in settings)
        {
            other.settings.TryAdd(key, setting);
        }
    }

    /// <summary>Checks that the section has no mistake.</summary>
    /// <exception cref="MigratorException">It has one.</exception>
    public void Require()
    {
        if (Diagnostics is [var diagnostic, ..])
        {
            throw diagnostic.Error($"The section [{name}] of AWS's shared files", path);
        }
    }
}

/// <summary>A setting of a shared file.</summary>
/// <param name="Value">The value, with <c>\n</c> before each line that continues it.</param>
/// <param name="Path">The file.</param>
/// <param name="Line">The line that it begins in.</param>
/// <param name="Nested">The settings below it, if it has no value of its own and the lines below it are indented; otherwise null.</param>
internal sealed record AwsSetting(string Value, string Path, int Line, IReadOnlyDictionary<string, AwsSetting>? Nested)
{
    /// <summary>File and line, for messages.</summary>
    public string Place => $"{Path}, line {Line}";
}

/// <summary>A line that cannot be read. It is never quoted, as it may hold a key.</summary>
/// <param name="Line">The number of the line.</param>
/// <param name="What">What is wrong, as a sentence about "it".</param>
internal sealed record AwsDiagnostic(int Line, string What)
{
    /// <summary>The error.</summary>
    /// <param name="subject">What cannot be read.</param>
    /// <param name="path">The file.</param>
    public MigratorException Error(string subject, string path) => new(
        $"{subject} cannot be read: {path}, line {Line}: {What}.",
        "The AWS CLI does not read such a file at all.",
        $"Correct line {Line} of {path}, then: aws configure list");
}
