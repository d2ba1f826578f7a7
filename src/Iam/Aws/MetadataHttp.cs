using Migrator.Configuration.Connection;
using Migrator.Resilience;

namespace Migrator.Iam.Aws;

/// <summary>Sends requests to the metadata services of this machine: instance metadata and container credentials.</summary>
/// <remarks>It uses no proxy. Its time limit is short, because an address that does not answer would delay the run.</remarks>
internal sealed class MetadataHttp : IDisposable
{
    private const int Tries = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly HttpClient client =
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = SystemCertificates.Options() })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>Sends a request. Retries after no answer, an incomplete answer, too many requests or a server error.</summary>
    /// <exception cref="MetadataException">There is no answer, or it cannot be used.</exception>
    public async Task<AwsAnswer> SendAsync(
        HttpMethod method, Uri url, (string Name, string Value)? header, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(
            limit: TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400), TimeProvider.System);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await AskAsync(method, url, header, cancellationToken);
                if (attempt == Tries || !answer.IsTransient)
                {
                    return answer;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                if (attempt == Tries)
                {
                    throw new MetadataException($"{Name(url)} did not answer within {Limit.TotalSeconds:0} s") { IsTransient = true };
                }
            }
            catch (AnswerException e) when (!e.IsTransient || attempt == Tries)
            {
                throw new MetadataException($"the answer of {Name(url)} cannot be used: {e.Message}") { IsTransient = e.IsTransient };
            }
            catch (AnswerException)
            {
                // The answer was incomplete: retry.
            }
            catch (Exception e) when (e is not (OperationCanceledException or AnswerException) && OpenFiles.IsReasonOf(e))
            {
                throw OpenFiles.TooFew(e);
            }
            catch (HttpRequestException e)
            {
                // A refused connection or a missing route is not retried: a second later it would fail again.
                throw new MetadataException($"{Name(url)} cannot be reached: {NetworkReason.Of(e)}")
                {
                    IsTransient = !NetworkReason.IsDistrust(e),
                };
            }
            catch (Exception e) when (e is not (OperationCanceledException or AnswerException))
            {
                // An environment variable may hold an invalid address or header. The exception's message may quote it.
                throw new MetadataException($"{Name(url)} cannot be asked ({e.GetType().Name})");
            }

            await backoff.PauseAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    // Without user and password, which a URL from the environment may contain.
    private static string Name(Uri url) => $"{url.Scheme}://{url.Authority}";

    private async Task<AwsAnswer> AskAsync(
        HttpMethod method, Uri url, (string Name, string Value)? header, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var request = new HttpRequestMessage(method, url);
        if (header is { } given)
        {
            request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return await AwsAnswer.ReadAsync(response, limit.Token);
    }
}

/// <summary>A metadata service did not answer, or its answer cannot be used.</summary>
internal sealed class MetadataException(string message) : Exception(message)
{
    /// <summary>Whether a later attempt may succeed.</summary>
    public bool IsTransient { get; init; }
}
