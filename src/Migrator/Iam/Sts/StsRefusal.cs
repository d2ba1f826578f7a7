using System.Net;
using Amazon.Runtime;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>A refusal of STS, made fit for a message: its known fields, without the secrets of the request.</summary>
/// <param name="ErrorCode">AWS's name for it.</param>
/// <param name="Message">What it said.</param>
/// <param name="StatusCode">The status of the answer.</param>
/// <param name="RequestId">AWS's number for it.</param>
internal sealed record StsRefusal(string ErrorCode, string Message, HttpStatusCode StatusCode, string RequestId)
{
    private const int LongestMessage = 300;
    private const int LongestName = 80;

    /// <summary>Takes from the SDK's exception what may be said.</summary>
    /// <param name="e">The exception.</param>
    /// <param name="secrets">What was sent and is nobody's business.</param>
    public static StsRefusal From(AmazonServiceException e, IReadOnlyList<string> secrets) => new(
        AwsText.Clean(e.ErrorCode, LongestName, secrets),
        AwsText.Clean(e.Message, LongestMessage, secrets),
        e.StatusCode,
        AwsText.Clean(e.RequestId, LongestName, secrets));
}
