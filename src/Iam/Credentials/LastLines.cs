using System.Text;
using System.Text.RegularExpressions;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>Keeps the end of what a program writes to stderr, and shows its last lines without what may be a secret.</summary>
/// <param name="maxBytes">How many bytes to keep.</param>
internal sealed partial class LastLines(int maxBytes)
{
    private const int Lines = 3;
    private const int MaxLineLength = 250;
    private const int MinSecretLength = 6;

    private readonly Lock gate = new();
    private byte[] end = [];
    private bool isCut;

    /// <summary>Reads a stream to its end.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            lock (gate)
            {
                isCut |= end.Length + count > maxBytes;
                end = [.. end.Concat(buffer.Take(count)).TakeLast(maxBytes)];
            }
        }
    }

    /// <summary>The last lines as one; empty if nothing was written.</summary>
    /// <param name="secrets">Texts that are secrets, wherever they stand.</param>
    public string Show(IEnumerable<string> secrets)
    {
        string text;
        lock (gate)
        {
            text = Encoding.UTF8.GetString(end);
            if (isCut)
            {
                // What stands before the first blank may be the rest of a secret.
                text = text.IndexOfAny([' ', '\n', '\t']) is >= 0 and var blank ? text[blank..] : "";
            }
        }

        text = Colours().Replace(text, "");
        text = PrivateKeys().Replace(text, "***");
        text = secrets.Where(s => s.Length >= MinSecretLength).OrderByDescending(s => s.Length)
            .Aggregate(text, (all, secret) => all.Replace(secret, "***", StringComparison.Ordinal));
        text = Users().Replace(text, "://***@");
        text = Headers().Replace(text, "${name}***");
        text = Named().Replace(text, "${name}***");
        text = Flags().Replace(text, "${name}***");
        text = Random().Replace(text, m => LooksRandom(m.Value) ? "***" : m.Value);
        return string.Join(" | ", text.Split('\n').Select(line => AwsText.Clean(line, MaxLineLength)).Where(line => line.Length > 0)
            .TakeLast(Lines));
    }

    // Keys and tokens mix capital letters, small letters and digits, or have no end.
    private static bool LooksRandom(string word) => word.Length >= 40 && word.Any(char.IsAsciiDigit)
        || (word.Any(char.IsAsciiLetterUpper) && word.Any(char.IsAsciiLetterLower) && word.Any(char.IsAsciiDigit));

    [GeneratedRegex(@"\x1B\[[0-9;?]*[A-Za-z]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Colours();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*-----)?", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrivateKeys();

    [GeneratedRegex(@"://[^/\s@]+@", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Users();

    [GeneratedRegex(@"(?<name>\b(?:bearer|basic|digest|negotiate)\s+)\S+",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Headers();

    // NAME=value, "name": "value", name = 'value'
    [GeneratedRegex("""(?<name>(?:secret|password|passwd|pwd|passphrase|token|key|credential|authorization|signature|cookie|otp|pin)"""
        + """[\w.-]{0,60}["']{0,2}\s{0,8}[:=]\s{0,8})(?:"[^"\n]*"?|'[^'\n]*'?|[^\s,;&}]+)""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    // --password value, -p value
    [GeneratedRegex("""(?<name>(?:--?[\w-]{0,60}(?:secret|password|passwd|pwd|passphrase|token|key|credential)[\w-]{0,60}|"""
        + """(?<!\S)-p)\s+)\S+""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Flags();

    // A long word may go on in the next line.
    [GeneratedRegex(@"[A-Za-z0-9+/=_-]{16,}(?:\r?\n[A-Za-z0-9+/=_-]+)?", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Random();
}
