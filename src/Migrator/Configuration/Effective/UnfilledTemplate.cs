namespace Migrator.Configuration.Effective;

/// <summary>
/// Recognizes templates of shells, envsubst, Kubernetes, Helm and batch files in values. The gateway fills in none of them.
/// </summary>
internal static class UnfilledTemplate
{
    // A template is short, and searching a long value takes time.
    private const int MaxLength = 200;

    private static readonly (string Open, string Close)[] Parts = [("${", "}"), ("$(", ")"), ("{{", "}}")];
    private static readonly (string Open, string Close)[] Wholes = [.. Parts, ("<", ">"), ("%", "%"), ("$", "")];

    /// <summary>Whether a value contains a template or is one: <c>${NAME}</c>, <c>$(NAME)</c>, <c>{{ name }}</c>.</summary>
    public static bool IsIn(string text) => text.Length <= MaxLength && (Parts.Any(part => Contains(text, part)) || Is(text));

    /// <summary>Whether a whole value is a template; also <c>$NAME</c>, <c>&lt;name&gt;</c> and <c>%NAME%</c>.</summary>
    public static bool Is(string text) => text.Length <= MaxLength && Wholes.Any(whole =>
        text.Length > whole.Open.Length + whole.Close.Length
        && text.StartsWith(whole.Open, StringComparison.Ordinal)
        && text.EndsWith(whole.Close, StringComparison.Ordinal)
        && IsName(text[whole.Open.Length..^whole.Close.Length], mayHaveMore: whole.Open.Length == 2));

    private static bool Contains(string text, (string Open, string Close) part)
    {
        for (var start = text.IndexOf(part.Open, StringComparison.Ordinal); start >= 0;
            start = text.IndexOf(part.Open, start + 1, StringComparison.Ordinal))
        {
            var end = text.IndexOf(part.Close, start + 2, StringComparison.Ordinal);
            if (end >= 0 && IsName(text[(start + 2)..end], mayHaveMore: true))
            {
                return true;
            }
        }

        return false;
    }

    // After the name, a template may have a default (`:-x`), a filter (`| quote`) or a path.
    private static bool IsName(string text, bool mayHaveMore)
    {
        var name = text.Trim(' ', '.', '-');
        return name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_')
            && (mayHaveMore || name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ' '));
    }
}
