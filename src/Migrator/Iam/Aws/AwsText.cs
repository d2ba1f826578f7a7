using System.Globalization;
using System.Text;

namespace Migrator.Iam.Aws;

/// <summary>
/// Makes text of AWS fit for a message: one line, not long, and without the secrets that were sent. Where a signature does not match, STS
/// quotes the whole request, the session token in it (STS API reference, SignatureDoesNotMatch); a proxy may quote anything.
/// </summary>
internal static class AwsText
{
    private const int LongestInput = 16 * 1024;
    private const int LongestWord = 200;
    private const int ShortestPiece = 12;

    private static readonly string[] Quotations =
    [
        "The Canonical String", "Canonical String", "Canonical Request", "The String-to-Sign", "String-to-Sign", "X-Amz-Security-Token",
        "X-Amz-Signature", "AWS4-HMAC-SHA256", "WebIdentityToken=",
    ];

    /// <summary>The text as it may be shown.</summary>
    /// <param name="text">What was said; null is nothing.</param>
    /// <param name="longest">How long it may be.</param>
    /// <param name="secrets">What was sent, and must not be seen, nor a piece of it, as it is or encoded for a URL.</param>
    public static string Clean(string? text, int longest, params IReadOnlyList<string> secrets)
    {
        var said = (text ?? "").Length > LongestInput ? text![..LongestInput] : text ?? "";
        var forms = secrets.Where(s => s.Length > 0).SelectMany(s => new[] { s, Uri.EscapeDataString(s) });
        foreach (var secret in forms.OrderByDescending(s => s.Length))
        {
            said = said.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        }

        var quotation = Quotations.Select(q => said.IndexOf(q, StringComparison.OrdinalIgnoreCase)).Where(i => i >= 0);
        said = said[..quotation.DefaultIfEmpty(said.Length).Min()];
        var words = OneLine(said).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => IsSecret(w, secrets) ? "***" : w);
        var line = string.Join(' ', words);
        return line.Length > longest ? line[..longest] + "…" : line;
    }

    // A word that long is a token of some kind, whoever's it may be; and whoever cuts what he quotes shows a piece of a secret.
    private static bool IsSecret(string word, IReadOnlyList<string> secrets) =>
        word.Length > LongestWord
        || (word.Trim('\'', '"', '(', ')', '.', ',', ':', ';', '…') is { Length: >= ShortestPiece } piece
            && secrets.Any(s => s.Contains(piece, StringComparison.OrdinalIgnoreCase)));

    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            line.Append(char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.SpaceSeparator ? ' ' : c);
        }

        return line.ToString();
    }
}
