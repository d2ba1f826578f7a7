namespace Migrator.Advice;

/// <summary>What becomes of a regular expression that PCRE2 refuses. Gateways up to 3.5 have PCRE1, which takes some of them.</summary>
internal static class PcreDiagnostic
{
    private const string Library =
        "Gateways from 3.6 on compile it with PCRE2, which takes less than PCRE1 of older ones, and not this.";

    /// <summary>The reason for a header of a route.</summary>
    public const string OfHeader = "The header never matches, and requests of the route get the answer 404. " + Library;

    /// <summary>The reason for a path of a route.</summary>
    public const string OfPath = "The path never matches, and its requests get the answer 404. " + Library;

    /// <summary>The reason for a field of a plugin.</summary>
    public const string OfPlugin = "The plugin does nothing with it: an origin of cors, for example, gets no header. " + Library;

    /// <summary>The message for an expression that the gateway refuses.</summary>
    public static string Message(string refusal) => "matches nothing: " + refusal;

    /// <summary>Whether a message is about a regular expression.</summary>
    public static bool IsFoundIn(string message) =>
        message.Contains("(PCRE returned: ", StringComparison.Ordinal) || message.Contains("a valid regex", StringComparison.Ordinal);
}
