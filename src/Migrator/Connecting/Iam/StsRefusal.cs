using System.Net;
using Amazon.Runtime;

namespace Migrator.Connecting.Iam;

/// <summary>
/// What STS answered, made fit for a message: one line, not too long, and without the secrets of the request. Where a signature does not match, STS
/// quotes the whole request, the session token in it (STS API reference, SignatureDoesNotMatch); and what is in between may say anything.
/// </summary>
/// <param name="ErrorCode">AWS's name for it.</param>
/// <param name="Message">What it said.</param>
/// <param name="StatusCode">The status of the answer.</param>
/// <param name="RequestId">AWS's number for it.</param>
internal sealed record StsRefusal(string ErrorCode, string Message, HttpStatusCode StatusCode, string RequestId)
{
    private const int Longest = 300;
    private static readonly string[] Quotations = ["The Canonical String", "The String-to-Sign"];

    /// <summary>Takes from the SDK's exception what may be said.</summary>
    /// <param name="e">The exception.</param>
    /// <param name="secrets">What was sent and is nobody's business.</param>
    public static StsRefusal From(AmazonServiceException e, IReadOnlyList<string> secrets)
    {
        return new StsRefusal(Fit(e.ErrorCode), Fit(e.Message), e.StatusCode, Fit(e.RequestId));

        string Fit(string? text)
        {
            var said = text ?? "";
            foreach (var quotation in Quotations)
            {
                said = said.Split(quotation)[0];
            }

            foreach (var secret in secrets)
            {
                said = said.Replace(secret, "***", StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), "***", StringComparison.Ordinal);
            }

            said = string.Join(' ', said.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
            return said.Length > Longest ? said[..Longest] + "…" : said;
        }
    }
}
