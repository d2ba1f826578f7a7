using System.Globalization;
using System.Text.Json;
using Migrations.Dsl;
using Migrator.Ledger;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Rollout;

/// <summary>The gateways that are connected to a database now, and the data planes that its control planes have seen.</summary>
/// <param name="Sessions">The sessions of gateways, by address, user and application name; the oldest first.</param>
/// <param name="DataPlanes">The data planes that are not forgotten yet (cluster_data_plane_purge_delay), the last seen first.</param>
internal sealed record GatewayNodes(IReadOnlyList<GatewaySessions> Sessions, IReadOnlyList<DataPlane> DataPlanes)
{
    /// <summary>The most sessions and data planes that are read of each.</summary>
    private const int Most = 1000;

    // Kong: its sessions have the application name kong (3.9.3, on the wire); its driver alone would be pgmoon.
    private static readonly string SessionQuery =
        $"""
        SELECT coalesce(host(a.client_addr), CASE WHEN a.backend_start IS NULL THEN '' ELSE 'local' END) AS address,
               coalesce(a.usename, '')::text AS "user", a.application_name::text AS application, count(*) AS sessions,
               coalesce(to_char(min(a.backend_start), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '') AS since,
               coalesce(to_char(max(a.state_change), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '') AS active
          FROM pg_stat_activity AS a
         WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.application_name IN ('kong', 'pgmoon')
         GROUP BY 1, 2, 3 ORDER BY 5, 1, 2 LIMIT {Most}
        """;

    // The table is read only if it is a plain one that runs no code of others. A gateway before 2.3 has none. A user who may not read it
    // gets an error: without its rows a drain would look complete.
    private static readonly string ReadDataPlanes =
        $"""
        DO $$
        DECLARE
          {TableShape.Variables}
          content text := '[]';
        BEGIN
          {TableShape.Check("clustering_data_planes", "('id', 'uuid'), ('hostname', 'text'), ('ip', 'text'), ('version', 'text'), "
              + "('last_seen', 'timestamptz'), ('ttl', 'timestamptz')")}
          IF is_sound THEN
            EXECUTE format(
              'SELECT coalesce(json_agg(json_build_object(''id'', id, ''hostname'', left(hostname, 200), ''ip'', left(ip, 200),
                 ''version'', left(version, 200), ''last_seen'', to_char(last_seen, ''YYYY-MM-DD"T"HH24:MI:SS"Z"''),
                 ''age'', extract(epoch FROM now() - last_seen)::bigint) ORDER BY last_seen DESC NULLS LAST), ''[]'')::text
                 FROM (SELECT * FROM %I.clustering_data_planes WHERE ttl IS NULL OR ttl > now()
                        ORDER BY last_seen DESC NULLS LAST LIMIT {Most}) AS seen', schema)
              INTO content;
          END IF;
          PERFORM set_config('migrator.data_planes', content, true);
        END
        $$
        """;

    /// <summary>Reads them in one round trip; locks and writes nothing.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public static Task<GatewayNodes> ReadAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.ReadAsync(
            [
                .. TransactionSql.BeginReading(schema), new NpgsqlBatchCommand(ReadDataPlanes), new NpgsqlBatchCommand(SessionQuery),
                new NpgsqlBatchCommand("SELECT current_setting('migrator.data_planes')"), TransactionSql.Commit,
            ],
            async reader =>
            {
                var sessions = new List<GatewaySessions>();
                await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    sessions.Add(new(
                        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4),
                        reader.GetString(5)));
                }

                await reader.NextResultAsync(cancellationToken);
                await reader.ReadAsync(cancellationToken);
                return new GatewayNodes(sessions, DataPlane.Parse(reader.GetString(0)));
            },
            cancellationToken);
}

/// <summary>The sessions of a gateway. The server does not know its version.</summary>
/// <param name="Address">The client's address, <c>local</c> for a Unix socket; empty if the user may not see it.</param>
/// <param name="User">The user that it logged in as.</param>
/// <param name="Application">The application name: <c>kong</c>.</param>
/// <param name="Count">How many sessions there are.</param>
/// <param name="Since">When the oldest of them began, in UTC; empty if the user may not see it.</param>
/// <param name="LastActive">When one of them last began or ended a statement, in UTC; empty if the user may not see it.</param>
internal sealed record GatewaySessions(
    string Address, string User, string Application, long Count, string Since, string LastActive)
{
    /// <summary>Whether the user may not see the address.</summary>
    public bool IsHidden => Address.Length == 0;

    /// <summary>The gateway in a message.</summary>
    public override string ToString() =>
        (IsHidden ? "an address that this user may not see" : Address) + $" (user {User}, {Count} session{(Count == 1 ? "" : "s")})";
}

/// <summary>A data plane that a control plane has recorded.</summary>
/// <param name="Id">Its node id.</param>
/// <param name="Hostname">Its host name.</param>
/// <param name="Ip">Its address.</param>
/// <param name="Version">Its gateway version, as it said; null if it is not known.</param>
/// <param name="LastSeen">When it was seen last, in UTC.</param>
/// <param name="Age">How long ago that was, by the server's clock; null if it is not known.</param>
internal sealed record DataPlane(string Id, string Hostname, string Ip, string? Version, string LastSeen, TimeSpan? Age)
{
    /// <summary>Whether it is older than a gateway version, or of no version that can be read.</summary>
    public bool IsOlderThan(GatewayVersion target)
    {
        var numbers = (Version ?? "").Split('.', 3);
        return numbers.Length < 2
            || !int.TryParse(numbers[0], CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(numbers[1], CultureInfo.InvariantCulture, out var minor)
            || (major, minor).CompareTo((target.Major, target.Minor)) < 0;
    }

    /// <summary>The data plane in a message.</summary>
    public override string ToString() => $"data plane {Hostname} ({Ip}, version {Version ?? "unknown"}, seen {LastSeen})";

    /// <summary>Parses what <see cref="GatewayNodes"/> reads.</summary>
    public static IReadOnlyList<DataPlane> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. document.RootElement.EnumerateArray().Select(row => new DataPlane(
                Text(row, "id") ?? "", Text(row, "hostname") ?? "", Text(row, "ip") ?? "", Text(row, "version"),
                Text(row, "last_seen") ?? "never",
                row.GetProperty("age") is { ValueKind: JsonValueKind.Number } age && age.TryGetInt64(out var seconds)
                    && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2
                    ? TimeSpan.FromSeconds(seconds) : null)),
        ];
    }

    private static string? Text(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
