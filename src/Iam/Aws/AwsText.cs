using System.Text;

namespace Migrator.Iam.Aws;

/// <summary>Prepares text from AWS for messages: one short line without the secrets that were sent.</summary>
/// <remarks>
/// If a signature does not match, STS quotes the whole request including the session token (STS API reference, SignatureDoesNotMatch). A
/// proxy may quote anything.
/// </remarks>
internal static class AwsText
{
    private const int MaxInputLength = 16 * 1024;
    private const int MaxWordLength = 200;
    private const int MinPieceLength = 12;

    private static readonly string[] Quotations =
    [
        "The Canonical String", "Canonical String", "Canonical Request", "The String-to-Sign", "String-to-Sign", "X-Amz-Security-Token",
        "X-Amz-Signature", "AWS4-HMAC-SHA256", "WebIdentityToken=",
    ];

    /// <summary>Returns the text in a form that may be shown.</summary>
    /// <param name="text">The text; null counts as empty.</param>
    /// <param name="maxLength">The maximum length.</param>
    /// <param name="secrets">The secrets that were sent. They are removed, also in parts or URL-encoded.</param>
    public static string Clean(string? text, int maxLength, params IReadOnlyList<string> secrets)
    {
        var said = (text ?? "").Length > MaxInputLength ? text![..MaxInputLength] : text ?? "";
        var forms = secrets.Where(s => s.Length > 0).SelectMany(s => new[] { s, Uri.EscapeDataString(s) });
        foreach (var secret in forms.OrderByDescending(s => s.Length))
        {
            said = said.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        }

        var quotation = Quotations.Select(q => said.IndexOf(q, StringComparison.OrdinalIgnoreCase)).Where(i => i >= 0);
        said = said[..quotation.DefaultIfEmpty(said.Length).Min()];
        var words = OneLine(said).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => IsSecret(w, secrets) ? "***" : w);
        var line = string.Join(' ', words);
        return line.Length > maxLength ? line[..maxLength] + "…" : line;
    }

    // A very long word is probably a token. A shorter word may be part of a secret, if the sender cut its quotation.
    private static bool IsSecret(string word, IReadOnlyList<string> secrets) =>
        word.Length > MaxWordLength
        || (word.Trim('\'', '"', '(', ')', '.', ',', ':', ';', '…') is { Length: >= MinPieceLength } piece
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
