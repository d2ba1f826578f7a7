using System.Text.RegularExpressions;

namespace Migrator.Tests.Deployment;

/// <summary>
/// Finds what can be pasted in a remedy, as a reader would: an SQL statement up to its semicolon, a command of migrator or of the shell, a
/// line of kong.conf. The same rule reads the program's output and its source.
/// </summary>
internal static partial class Remedies
{
    /// <summary>What can be pasted, in the order of the text. In source, a value is <c>…</c>.</summary>
    public static IReadOnlyList<Remedy> In(string text) =>
    [
        .. Pattern().Matches(text).Select(match => match.Groups switch
        {
            { } g when g["sql"].Success => new Remedy(RemedyKind.Sql, g["sql"].Value),
            { } g when g["migrator"].Success => new Remedy(RemedyKind.Shell, EndOfSentence().Replace(g["migrator"].Value, "")),
            { } g when g["shell"].Success => new Remedy(RemedyKind.Shell, EndOfSentence().Replace(g["shell"].Value, "")),
            { } g => new Remedy(RemedyKind.Conf, g["conf"].Value.TrimEnd('.')),
        }),
    ];

    /// <summary>What can be pasted in the text of a string in the source.</summary>
    public static IEnumerable<Remedy> InSource(string text)
    {
        // The examples of the help stand below each other.
        if (text.TrimStart().StartsWith("migrator ", StringComparison.Ordinal) && text.Contains('\n'))
        {
            return [];
        }

        // In SQL that makes SQL: format('GRANT ... %I;'), or 'SELECT ...(' || pid || ');'.
        var plain = Format().Replace(Concatenation().Replace(text, "…"), "…");
        return In(text.Contains('\n') ? plain.Replace("\n", " \n", StringComparison.Ordinal) : "\n" + plain);
    }

    /// <summary>Whether a printed remedy has the form of one in the source.</summary>
    public static bool Has(string printed, string source) => Regex.IsMatch(
        printed, "^" + string.Join(".*?", source.Split('…').Select(Regex.Escape)) + "$", RegexOptions.Singleline, TimeSpan.FromSeconds(10));

    // An SQL statement stands behind a colon, another statement or a quote, or on a line of its own. A line that begins behind a blank is
    // one of SQL, or of an example, in the source.
    [GeneratedRegex(
        """
        (?<=(^|\n|:\ |;\ |'|or\ )\ *) (?<!\ \n\ *)
          (?<sql>(SET\ [^;\n]+;\ )?(ALTER|GRANT|REVOKE|CREATE\ (DATABASE|SCHEMA|USER|ROLE)|DROP|SELECT
            |ROLLBACK\ PREPARED|REASSIGN|REINDEX\ DATABASE)
            \ ([^;\n']|'[^'\n]*')+;)
        | (?<!\ \n\ *)(?<migrator>migrator\ [a-z]+\ -c\ [^;,\n'`]+)
        | \b(?<shell>(getent|chronyc|apt-get|apk|curl|date|kubectl)\ [^;,\n)]+)
        | \b(?<conf>(pg_|lua_)\w+\ =\ [^\s;,)`]+)
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\.( .*)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EndOfSentence();

    [GeneratedRegex("%[IsL]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Format();

    [GeneratedRegex(@"' \|\| .*? \|\| '", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Concatenation();
}

/// <summary>Something in a message that can be pasted.</summary>
/// <param name="Kind">Where it is pasted.</param>
/// <param name="Text">The text.</param>
internal sealed record Remedy(RemedyKind Kind, string Text);

/// <summary>Where a remedy is pasted.</summary>
internal enum RemedyKind
{
    /// <summary>Into psql.</summary>
    Sql,

    /// <summary>Into a shell.</summary>
    Shell,

    /// <summary>Into kong.conf.</summary>
    Conf,
}
