using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Migrator.Iam.Signing;

/// <summary>The names that a host name stands for.</summary>
/// <param name="Names">The chain of aliases from the name that was asked for to the last; empty if DNS does not have it.</param>
/// <param name="Failure">Why DNS could not be asked, without a full stop; null if it was, or did not have to be.</param>
internal sealed record AliasChain(IReadOnlyList<string> Names, string? Failure);

/// <summary>Follows the aliases (CNAME) of a host name with DNS queries of its own.</summary>
/// <remarks>
/// getaddrinfo gives only the last name of a chain: for a cluster that is its instance, and for a publicly accessible endpoint a name of
/// EC2. The name to sign is the first RDS name of the chain.
/// </remarks>
internal sealed class AliasResolver
{
    private const int Tries = 2;
    private const int MaxChainLength = 16;
    private const int MaxAnswers = 100;
    private const int MaxDatagramBytes = 4096;
    private const int NoSuchName = 3;

    private static readonly TimeSpan LimitOfTry = TimeSpan.FromSeconds(1);

    /// <summary>The resolver's configuration.</summary>
    public string ConfigurationFile { get; init; } = "/etc/resolv.conf";

    /// <summary>The file of host names that are not asked for.</summary>
    public string HostsFile { get; init; } = "/etc/hosts";

    /// <summary>The port of the name servers.</summary>
    public int Port { get; init; } = 53;

    /// <summary>The time limit for all queries.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Follows the aliases of a name.</summary>
    public async Task<AliasChain> FollowAsync(string name, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(name, out _) || ResolverFiles.HasHost(HostsFile, name))
        {
            return new AliasChain([], Failure: null);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var files = ResolverFiles.Read(ConfigurationFile);
        string? failure = null;
        foreach (var candidate in files.Candidates(name))
        {
            var (answer, reason) = await AskAsync(files.Servers, candidate, limit.Token, cancellationToken);
            if (answer is { Aliases.Count: > 0 } or { HasAddress: true })
            {
                return new AliasChain(await FollowAsync(files.Servers, candidate, answer, limit.Token, cancellationToken), Failure: null);
            }

            failure ??= reason;
        }

        return new AliasChain([], failure);
    }

    // A name server that does not recurse answers with one alias at a time.
    private static IEnumerable<string> Targets(DnsAnswer answer, string name)
    {
        for (var i = 0; i < MaxChainLength && answer.Aliases.TryGetValue(name, out var target); i++)
        {
            yield return name = target;
        }
    }

    private async Task<IReadOnlyList<string>> FollowAsync(
        IReadOnlyList<IPAddress> servers, string name, DnsAnswer first, CancellationToken limit, CancellationToken cancellationToken)
    {
        var chain = new List<string> { name };
        var answer = (DnsAnswer?)first;
        while (answer is not null && chain.Count < MaxChainLength && Targets(answer, chain[^1]).ToList() is { Count: > 0 } targets)
        {
            chain.AddRange(targets);
            answer = answer.HasAddress || answer.Code != 0 ? null : (await AskAsync(servers, chain[^1], limit, cancellationToken)).Answer;
        }

        return chain;
    }

    private async Task<(DnsAnswer? Answer, string? Failure)> AskAsync(
        IReadOnlyList<IPAddress> servers, string name, CancellationToken limit, CancellationToken cancellationToken)
    {
        string? failure = null;
        for (var attempt = 0; attempt < Tries * servers.Count; attempt++)
        {
            var server = new IPEndPoint(servers[attempt % servers.Count], Port);
            try
            {
                if (await AskAsync(server, name, limit) is not { } answer)
                {
                    return (null, $"'{name}' is not a name that DNS has");
                }

                if (answer.Code is 0 or NoSuchName)
                {
                    return (answer, null);
                }

                failure = $"name server {server.Address} answered with code {answer.Code}";
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                failure = $"name server {server.Address}: {e.GetBaseException().Message.TrimEnd('.')}";
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = $"name server {server.Address} did not answer in time";
                if (limit.IsCancellationRequested)
                {
                    break;
                }
            }
        }

        return (null, failure);
    }

    private static async Task<DnsAnswer?> AskAsync(IPEndPoint server, string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LimitOfTry);
        var id = (ushort)RandomNumberGenerator.GetInt32(1 << 16);
        if (DnsMessage.Query(id, name) is not { } query)
        {
            return null;
        }

        // A connected socket receives only what the name server sends.
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, limit.Token);
        await socket.SendAsync(query, limit.Token);
        var buffer = new byte[MaxDatagramBytes];
        for (var i = 0; i < MaxAnswers; i++)
        {
            var length = await socket.ReceiveAsync(buffer, limit.Token);
            if (DnsMessage.Read(buffer.AsSpan(0, length), id, name) is { } answer)
            {
                return answer.IsTruncated ? await AskOverTcpAsync(server, id, query, name, limit.Token) : answer;
            }
        }

        throw new IOException("its answers do not belong to the query");
    }

    private static async Task<DnsAnswer> AskOverTcpAsync(
        IPEndPoint server, ushort id, byte[] query, string name, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, cancellationToken);
        await using var stream = client.GetStream();
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)query.Length);
        await stream.WriteAsync((byte[])[.. length, .. query], cancellationToken);
        await stream.ReadExactlyAsync(length, cancellationToken);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return DnsMessage.Read(message, id, name) is { IsTruncated: false } answer ? answer
            : throw new IOException("its answer over TCP cannot be understood");
    }
}
