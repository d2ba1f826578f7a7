using System.Net;
using Amazon.Runtime;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>The fields of a refusal by STS, cleaned for messages: without the secrets of the request.</summary>
/// <param name="ErrorCode">The error code.</param>
/// <param name="Message">The error message.</param>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="RequestId">The request id of AWS.</param>
internal sealed record StsRefusal(string ErrorCode, string Message, HttpStatusCode StatusCode, string RequestId)
{
    private const int MaxMessageLength = 300;
    private const int MaxNameLength = 80;

    /// <summary>Reads the fields from the SDK's exception.</summary>
    /// <param name="e">The exception.</param>
    /// <param name="secrets">The secrets that were sent, to be removed.</param>
    public static StsRefusal From(AmazonServiceException e, IReadOnlyList<string> secrets) => new(
        AwsText.Clean(e.ErrorCode, MaxNameLength, secrets),
        AwsText.Clean(e.Message, MaxMessageLength, secrets),
        e.StatusCode,
        AwsText.Clean(e.RequestId, MaxNameLength, secrets));
}
