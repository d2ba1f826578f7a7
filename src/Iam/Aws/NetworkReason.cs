using System.Net.Sockets;
using System.Security.Authentication;

namespace Migrator.Iam.Aws;

/// <summary>Says why a request over HTTP got no answer, in the words of the system, without any part of an answer.</summary>
internal static class NetworkReason
{
    /// <summary>Whether an exception, or one of its inner exceptions, comes from the network.</summary>
    public static bool IsIn(Exception e) => e.Find<HttpRequestException>() is not null || e.Find<SocketException>() is not null
        || e.Find<AuthenticationException>() is not null || e.Find<IOException>() is not null
        || e.Find<OperationCanceledException>() is not null || e.Find<TimeoutException>() is not null;

    /// <summary>Whether the server's certificate was rejected, which no later attempt changes.</summary>
    public static bool IsDistrust(Exception e) =>
        e.Find<AuthenticationException>()?.Message.Contains("remote certificate", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The reason, without a full stop.</summary>
    public static string Of(Exception e) => (e switch
    {
        _ when e.Find<OperationCanceledException>() is not null || e.Find<TimeoutException>() is not null => "no answer in time",
        _ when IsDistrust(e) => e.Find<AuthenticationException>()!.Message,
        _ when e.Find<AuthenticationException>() is { } tls => $"TLS cannot be agreed on ({tls.GetBaseException().Message.TrimEnd('.')})",

        // Its message has the address, which may be that of a proxy.
        _ when e.Find<HttpRequestException>() is
        {
            InnerException: SocketException, HttpRequestError: HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError
        } at => at.Message,
        _ when e.Find<SocketException>() is { } socket => socket.Message,

        // The other messages may quote an answer that is not HTTP.
        _ when e.Find<HttpRequestException>() is { } http => OfHttp(http),
        _ => "the connection broke",
    }).TrimEnd('.');

    private static string OfHttp(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host name cannot be resolved",
        HttpRequestError.ProxyTunnelError =>
            $"the proxy refuses the connection{(e.StatusCode is { } status ? $" (HTTP {(int)status})" : "")}",
        HttpRequestError.InvalidResponse => "what answers does not speak HTTP",
        HttpRequestError.ResponseEnded => "the connection was closed before the answer",
        HttpRequestError.SecureConnectionError => "TLS cannot be agreed on",
        _ => "the connection broke",
    };
}
