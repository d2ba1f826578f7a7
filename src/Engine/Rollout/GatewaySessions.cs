namespace Migrator.Rollout;

/// <summary>The sessions of a gateway. The server does not know its version.</summary>
/// <param name="Server">The server that has the sessions.</param>
/// <param name="Address">The client's address, <c>local</c> for a Unix socket; empty if the user may not see it.</param>
/// <param name="User">The user that it logged in as.</param>
/// <param name="Application">The application name: <c>kong</c>.</param>
/// <param name="Count">How many sessions there are.</param>
/// <param name="Since">When the oldest of them began, in UTC; empty if the user may not see it.</param>
/// <param name="LastActive">When one of them last began or ended a statement, in UTC; empty if the user may not see it.</param>
internal sealed record GatewaySessions(
    string Server, string Address, string User, string Application, long Count, string Since, string LastActive)
{
    /// <summary>The most sessions that are read. A server allows fewer: max_connections.</summary>
    private const int Most = 100_000;

    /// <summary>What PgBouncer with application_name_add_host puts between the application name and the client's address.</summary>
    private const string BeforeHost = " - ";

    // Kong: its sessions have the application name kong (3.9.3, on the wire); its driver alone would be pgmoon. The question is asked
    // often, and so without a transaction: each name is qualified instead.
    private static readonly string Query =
        $"""
        SELECT CASE WHEN a.backend_start IS NULL THEN '' ELSE coalesce(pg_catalog.host(a.client_addr), '{NodeAddress.Local}') END,
               coalesce(a.usename::pg_catalog.text, ''), a.application_name::pg_catalog.text,
               coalesce(pg_catalog.to_char(pg_catalog.timezone('UTC', a.backend_start), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
               coalesce(pg_catalog.to_char(pg_catalog.timezone('UTC', a.state_change), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
          FROM pg_catalog.pg_stat_activity AS a
         WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
           AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
           AND a.application_name OPERATOR(pg_catalog.~) '^(kong|pgmoon)({BeforeHost}|$)'
         LIMIT {Most}
        """;

    // A message is one transaction, in which the server would answer the same again.
    private static readonly string[] Again =
    [
        FormattableString.Invariant($"SELECT pg_catalog.pg_sleep({GatewayPeriod.BetweenLooks.TotalSeconds})"),
        "SELECT pg_catalog.pg_stat_clear_snapshot()",
        Query,
    ];

    private const string Place = "SELECT pg_catalog.pg_backend_pid(), coalesce(pg_catalog.host(pg_catalog.inet_server_addr()), ''), "
        + "coalesce(pg_catalog.inet_server_port(), 0)";

    /// <summary>Whether the user may not see the address.</summary>
    public bool IsHidden => Address.Length == 0;

    /// <summary>
    /// Looks a number of times which ones a server has, each <see cref="GatewayPeriod.BetweenLooks"/>, in one round trip; locks and writes
    /// nothing.
    /// </summary>
    public static Task<ServerSighting> ReadAsync(
        IDatabaseSession session, string server, int looks, CancellationToken cancellationToken) =>
        session.ReadAsync(
            [
                .. Enumerable.Repeat(Again, looks - 1).SelectMany(again => again).Prepend(Query).Prepend(Place)
                    .Select(sql => new NpgsqlBatchCommand(sql)),
            ],
            async reader =>
            {
                IReadOnlyList<GatewaySessions> all = [];
                await reader.ReadAsync(cancellationToken);
                var (backend, host, port) = (reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2));
                do
                {
                    var found = new List<GatewaySessions>();
                    while (reader.FieldCount == 5 && await reader.ReadAsync(cancellationToken))
                    {
                        found.Add(Create(
                            server, reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                            reader.GetString(4)));
                    }

                    all = found.Count == 0 ? all : Group([.. all, .. Group(found, Enumerable.Sum)], Enumerable.Max);
                }
                while (await reader.NextResultAsync(cancellationToken));

                return new ServerSighting(all, backend, host, port);
            },
            cancellationToken);

    /// <summary>One session. Of one behind PgBouncer, the application name may have the client's address.</summary>
    public static GatewaySessions Create(
        string server, string address, string user, string application, string since, string lastActive)
    {
        var (name, host) = application.IndexOf(BeforeHost, StringComparison.Ordinal) is >= 0 and var end
            ? (application[..end], HostOf(application[(end + BeforeHost.Length)..])) : (application, null);
        return new(server, host ?? NodeAddress.Parse(address) ?? address, user, name, 1, since, lastActive);
    }

    /// <summary>Combines the sessions of the same gateway.</summary>
    /// <param name="sessions">The sessions.</param>
    /// <param name="count">Combines their numbers.</param>
    public static IReadOnlyList<GatewaySessions> Group(
        IEnumerable<GatewaySessions> sessions, Func<IEnumerable<long>, long> count) =>
    [
        .. sessions.GroupBy(s => (s.Server, s.Address, s.User, s.Application))
            .Select(g => g.First() with
            {
                Count = count(g.Select(s => s.Count)),
                Since = g.Select(s => s.Since).Min(StringComparer.Ordinal)!,
                LastActive = g.Select(s => s.LastActive).Max(StringComparer.Ordinal)!,
            })
            .OrderBy(s => s.Since, StringComparer.Ordinal).ThenBy(s => s.Address, StringComparer.Ordinal),
    ];

    // ADDRESS:PORT; for a Unix socket, unix followed by more.
    private static string? HostOf(string host) =>
        host.StartsWith("unix", StringComparison.Ordinal) ? NodeAddress.Local
        : host.LastIndexOf(':') is > 0 and var end ? NodeAddress.Parse(host[..end].Trim('[', ']'))
        : null;

    /// <summary>The gateway in a message.</summary>
    public override string ToString() =>
        (IsHidden ? "an address that this user may not see" : Address) + $" (user {User}, {Count} session{(Count == 1 ? "" : "s")})";
}

/// <summary>What a server has shown.</summary>
/// <param name="Sessions">The sessions of gateways.</param>
/// <param name="Backend">The number of the process that answered.</param>
/// <param name="Host">The server's own address; empty for a Unix socket.</param>
/// <param name="Port">The server's own port; 0 for a Unix socket.</param>
internal sealed record ServerSighting(IReadOnlyList<GatewaySessions> Sessions, int Backend, string Host, int Port);
