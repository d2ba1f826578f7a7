using System.Net;
using Migrator.Files;

namespace Migrator.Iam.Aws;

/// <summary>An HTTP answer. Its body is only parsed, never printed.</summary>
internal sealed class AwsAnswer
{
    /// <summary>The size limit of a body: 1 MiB. The expected answers have a few KiB.</summary>
    public const int Largest = 1 << 20;

    private readonly string? contentType;

    private AwsAnswer(HttpStatusCode status, string? contentType, byte[] body) =>
        (Status, this.contentType, Body) = (status, contentType, body);

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The body.</summary>
    public byte[] Body { get; }

    /// <summary>Whether it is a redirect. Redirects are never followed, as they would forward credentials.</summary>
    public bool IsRedirect => (int)Status is >= 300 and < 400;

    /// <summary>Whether a later attempt may be answered: there were too many requests, or the server has an error.</summary>
    public bool IsTransient => (int)Status >= 500 || Status == HttpStatusCode.TooManyRequests;

    /// <summary>Reads an answer up to the size limit.</summary>
    /// <exception cref="AnswerException">The body is too large or incomplete.</exception>
    public static async Task<AwsAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var type = AwsText.Clean(response.Content.Headers.ContentType?.MediaType, maxLength: 50);
        try
        {
            await response.Content.LoadIntoBufferAsync(Largest, cancellationToken);
            return new(response.StatusCode, type.Length == 0 ? null : type, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new AnswerException($"{Head(response.StatusCode, type)}: it is larger than {BoundedFile.Size(Largest)}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AnswerException($"{Head(response.StatusCode, type)}: it breaks off") { IsTransient = true };
        }
    }

    /// <summary>Creates the exception for an answer that cannot be used.</summary>
    /// <param name="reason">What is wrong, as a sentence about "it".</param>
    public AnswerException Unusable(string reason) => new($"{this}: {reason}") { IsTransient = (int)Status >= 500 };

    /// <summary>Describes the answer without its body: status, content type and size.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Head(Status, contentType)}, {Body.Length} bytes");

    private static string Head(HttpStatusCode status, string? type) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}{(string.IsNullOrEmpty(type) ? "" : ", " + type)}");
}
