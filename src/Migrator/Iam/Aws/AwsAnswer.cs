using System.Globalization;
using System.Net;
using Migrator.Files;

namespace Migrator.Iam.Aws;

/// <summary>An answer over HTTP. Its body is there to be parsed: nothing prints it.</summary>
internal sealed class AwsAnswer
{
    /// <summary>The largest body that is read. The answers of AWS that we ask for have a few KiB.</summary>
    public const int Largest = 1 << 20;

    private readonly string? contentType;

    private AwsAnswer(HttpStatusCode status, string? contentType, byte[] body) =>
        (Status, this.contentType, Body) = (status, contentType, body);

    /// <summary>The status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The body.</summary>
    public byte[] Body { get; }

    /// <summary>Whether it points somewhere else. That is never followed: credentials would go along.</summary>
    public bool IsRedirect => (int)Status is >= 300 and < 400;

    /// <summary>Reads an answer, no more of it than the limit.</summary>
    /// <exception cref="AnswerException">It is too large, or breaks off.</exception>
    public static async Task<AwsAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var type = AwsText.Clean(response.Content.Headers.ContentType?.MediaType, longest: 50);
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

    /// <summary>The error that says why this answer cannot be used.</summary>
    /// <param name="reason">What is wrong with it, as a sentence about "it".</param>
    public AnswerException Unusable(string reason) => new($"{this}: {reason}") { IsTransient = (int)Status >= 500 };

    /// <summary>What may be said of it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Head(Status, contentType)}, {Body.Length} bytes");

    private static string Head(HttpStatusCode status, string? type) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}{(string.IsNullOrEmpty(type) ? "" : ", " + type)}");
}
