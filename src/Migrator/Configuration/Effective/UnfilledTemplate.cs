using System.Text.RegularExpressions;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Recognizes templates of shells, envsubst, Kubernetes, Helm and batch files in values. The gateway fills in none of them.
/// </summary>
internal static partial class UnfilledTemplate
{
    // A template is short, and searching a long value takes time.
    private const int MaxLength = 200;

    /// <summary>Whether a value contains a template or is one: <c>${NAME}</c>, <c>$(NAME)</c>, <c>{{ name }}</c>.</summary>
    public static bool IsIn(string text) => MayBe(text) && (Part().IsMatch(text) || Is(text));

    /// <summary>Whether a whole value is a template; also <c>$NAME</c>, <c>&lt;name&gt;</c> and <c>%NAME%</c>.</summary>
    public static bool Is(string text) => MayBe(text) && Whole().IsMatch(text);

    // Most values contain none of these characters, and regular expressions need time and memory to start.
    private static bool MayBe(string text) => text.Length <= MaxLength && text.AsSpan().ContainsAny("${<%");

    [GeneratedRegex(@"\$\{[A-Za-z_]\w*([:?+=-][^}]*)?\}|\$\([A-Za-z_]\w*\)|\{\{[^}]*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    [GeneratedRegex(
        @"^(\$\{[A-Za-z_]\w*([:?+=-][^}]*)?\}|\$\([A-Za-z_]\w*\)|\{\{[^}]*\}\}|\$[A-Z_][A-Z0-9_]*|<[A-Za-z][\w .-]*>|%[A-Za-z_]\w*%)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
