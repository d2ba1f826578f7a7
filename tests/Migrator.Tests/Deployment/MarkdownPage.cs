using System.Text.RegularExpressions;

namespace Migrator.Tests.Deployment;

/// <summary>A page in Markdown: its headings, links and code.</summary>
internal sealed partial class MarkdownPage
{
    private readonly List<string> text = [];

    // The comment before the next block, if only blank lines are between them.
    private string? mark;

    /// <summary>Reads a page.</summary>
    /// <param name="path">The full path of the file.</param>
    public MarkdownPage(string path)
    {
        Path = path;
        MarkdownBlock? block = null;
        foreach (var line in File.ReadLines(path))
        {
            var isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (block is { Language: not null })
            {
                // The end of a fence, or a line in it.
                block = Continue(block, isFence, line);
            }
            else if (isFence)
            {
                block = Begin(line.Trim().Trim('`'));
            }
            else if (line.StartsWith("    ", StringComparison.Ordinal) && (block is not null || IsAfterBlank()))
            {
                (block ??= Begin(null)).Lines.Add(line[4..]);
            }
            else
            {
                block = null;
                text.Add(line);
                mark = Comment().Match(line) is { Success: true } comment ? comment.Groups["text"].Value : line.Length == 0 ? mark : null;
            }
        }
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <summary>The blocks of code.</summary>
    public IList<MarkdownBlock> Blocks { get; } = [];

    /// <summary>The anchors of the headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => text.Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>The targets of the links. Pictures do not count.</summary>
    public IEnumerable<string> Links => text.SelectMany(line => Link().Matches(Code().Replace(line, "")))
        .Where(match => match.Groups["picture"].Length == 0).Select(match => match.Groups["target"].Value);

    /// <summary>The code in the text and in the blocks. A line that ends in a backslash goes on in the next one.</summary>
    public IEnumerable<string> Commands => text.SelectMany(line => Code().Matches(line)).Select(match => match.Groups["code"].Value)
        .Concat(Blocks.SelectMany(block => block.Script.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')));

    private bool IsAfterBlank() => text.Count == 0 || text[^1].Length == 0;

    private MarkdownBlock Begin(string? language)
    {
        var block = new MarkdownBlock(language, mark);
        mark = null;
        Blocks.Add(block);
        return block;
    }

    private static MarkdownBlock? Continue(MarkdownBlock block, bool isFence, string line)
    {
        if (isFence)
        {
            return null;
        }

        block.Lines.Add(line);
        return block;
    }

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.NonBacktracking)]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"(?<picture>!?)\[[^\]]*\]\((?<target>[^)\s]+)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex("^<!-- (?<text>.*) -->$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();
}

/// <summary>A block of code.</summary>
/// <param name="Language">The language of a fenced block; null for an indented one.</param>
/// <param name="Mark">The comment before it, which says why no test runs it; null if there is none.</param>
internal sealed record MarkdownBlock(string? Language, string? Mark)
{
    // What the commands of indented blocks begin with.
    private static readonly string[] Beginnings =
    [
        "migrator ", "./", "scripts/", "tests/", "apt", "aws ", "bash ", "curl ", "docker ", "dotnet ", "export ", "git ", "helm ",
        "kubectl ", "MIGRATOR_", "npm ", "pg_", "PGPASSWORD=", "podman ", "psql ", "sudo ", "systemctl ",
    ];

    /// <summary>The lines.</summary>
    public IList<string> Lines { get; } = [];

    /// <summary>The lines together.</summary>
    public string Script => string.Join('\n', Lines);

    /// <summary>Whether it is for a shell.</summary>
    public bool IsShell => Language is "sh" or "bash"
        || (Language is null && Beginnings.Any(beginning => Lines[0].StartsWith(beginning, StringComparison.Ordinal)));
}
