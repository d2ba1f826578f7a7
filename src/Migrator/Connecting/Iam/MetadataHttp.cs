using System.Net;
using System.Text.Json;

namespace Migrator.Connecting.Iam;

/// <summary>
/// Asks the addresses that only this machine has: instance metadata and container credentials. Never through a proxy, and never for long: a
/// silent one would hold up the run.
/// </summary>
internal sealed class MetadataHttp : IDisposable
{
    private const int Tries = 3;

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Sends a request, again where that can heal: no answer, too many requests, a fault of the server.</summary>
    /// <returns>Status and body.</returns>
    /// <exception cref="MetadataException">Nobody answers.</exception>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, Uri url, (string Name, string Value)? header, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = new HttpRequestMessage(method, url);
                if (header is { } given)
                {
                    request.Headers.TryAddWithoutValidation(given.Name, given.Value);
                }

                using var response = await client.SendAsync(request, cancel);
                if (attempt == Tries || ((int)response.StatusCode < 500 && response.StatusCode != HttpStatusCode.TooManyRequests))
                {
                    return (response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                if (attempt == Tries)
                {
                    throw new MetadataException($"{url.GetLeftPart(UriPartial.Authority)} did not answer within {client.Timeout.TotalSeconds:0} s");
                }
            }
            catch (HttpRequestException e)
            {
                // A refused connection and no route do not heal in a second.
                throw new MetadataException($"{url.GetLeftPart(UriPartial.Authority)} cannot be reached ({e.HttpRequestError})");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt * (0.5 + Random.Shared.NextDouble())), cancel);
        }
    }

    /// <summary>Credentials from the JSON that instance metadata, container endpoints and processes share; null where they are not in it.</summary>
    public static AwsKeys? Parse(string json, string tokenName, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return Text("AccessKeyId") is { Length: > 0 } id && Text("SecretAccessKey") is { Length: > 0 } key
                ? AwsKeys.From(id, key, Text(tokenName), Expires(), source)
                : null;

            string? Text(string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;

            DateTimeOffset? Expires() => root.TryGetProperty("Expiration", out var value) && value.TryGetDateTimeOffset(out var at) ? at : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The answer may hold secrets: neither it nor the parser's words are shown.
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();
}

/// <summary>An address of this machine's own did not answer.</summary>
internal sealed class MetadataException(string message) : Exception(message);
