using System.Net;
using Migrator.Resilience;

namespace Migrator.Iam.Aws;

/// <summary>
/// Asks the addresses that only this machine has: instance metadata and container credentials. Never through a proxy, and never for long: a
/// silent one would hold up the run.
/// </summary>
internal sealed class MetadataHttp : IDisposable
{
    private const int Tries = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly HttpClient client =
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a request, again where that can heal: no answer, too many requests, a fault of the server.</summary>
    /// <exception cref="MetadataException">Nobody answers, or not to the end.</exception>
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
                if (attempt == Tries || ((int)answer.Status < 500 && answer.Status != HttpStatusCode.TooManyRequests))
                {
                    return answer;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                if (attempt == Tries)
                {
                    throw new MetadataException($"{Name(url)} did not answer within {Limit.TotalSeconds:0} s");
                }
            }
            catch (AnswerException e) when (!e.IsTransient || attempt == Tries)
            {
                throw new MetadataException($"the answer of {Name(url)} cannot be used: {e.Message}");
            }
            catch (AnswerException)
            {
                // It broke off, and may not do so again.
            }
            catch (HttpRequestException e)
            {
                // A refused connection and no route do not heal in a second.
                throw new MetadataException($"{Name(url)} cannot be reached ({e.HttpRequestError})");
            }
            catch (Exception e) when (e is not (OperationCanceledException or AnswerException))
            {
                // The variables that lead here may name what is no address, or a header that is none. Their words may quote it.
                throw new MetadataException($"{Name(url)} cannot be asked ({e.GetType().Name})");
            }

            await backoff.PauseAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    // Without a user and his password, which may be in a URL of the environment.
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

/// <summary>An address of this machine's own did not answer.</summary>
internal sealed class MetadataException(string message) : Exception(message);
