namespace Migrator.Configuration.Effective;

/// <summary>
/// Recognizes templates of shells, envsubst, Kubernetes, Helm, batch files and sed in values, values that are still encrypted (sops,
/// eyaml), and names of secrets in AWS. The gateway fills in none of them.
/// </summary>
internal static class UnfilledTemplate
{
    // A template is short, and searching a long value takes time.
    private const int MaxLength = 200;

    private static readonly (string Open, string Close)[] Parts = [("${", "}"), ("$(", ")"), ("{{", "}}")];
    private static readonly (string Open, string Close)[] Wholes = [.. Parts, ("<", ">"), ("%", "%"), ("$", ""), ("__", "__")];

    /// <summary>Whether a value contains a template or is one: <c>${NAME}</c>, <c>$(NAME)</c>, <c>{{ name }}</c>.</summary>
    public static bool IsIn(string text) => Is(text) || (text.Length <= MaxLength && Parts.Any(part => Contains(text, part)));

    /// <summary>
    /// Whether a whole value is a template; also <c>$NAME</c>, <c>&lt;name&gt;</c> , <c>%NAME%</c> and <c>__NAME__</c>.
    /// </summary>
    public static bool Is(string text) => IsEncrypted(text) || IsNameOfSecret(text) || (text.Length <= MaxLength && Wholes.Any(whole =>
        text.Length > whole.Open.Length + whole.Close.Length
        && text.StartsWith(whole.Open, StringComparison.Ordinal)
        && text.EndsWith(whole.Close, StringComparison.Ordinal)
        && IsName(text[whole.Open.Length..^whole.Close.Length], mayHaveMore: whole.Open[0] is '$' or '{' && whole.Open.Length == 2)));

    private static bool IsEncrypted(string text) =>
        text.StartsWith("ENC[", StringComparison.Ordinal) && text.EndsWith(']') && text.Contains(',', StringComparison.Ordinal);

    private static bool IsNameOfSecret(string text) => text.StartsWith("arn:aws", StringComparison.Ordinal)
        && (text.Contains(":secretsmanager:", StringComparison.Ordinal) || text.Contains(":ssm:", StringComparison.Ordinal));

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
