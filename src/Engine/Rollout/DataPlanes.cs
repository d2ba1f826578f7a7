using System.Text.Json;
using Migrator.Inspection;
using Migrator.Ledger;

namespace Migrator.Rollout;

/// <summary>The data planes that control planes have recorded and not forgotten yet (cluster_data_plane_purge_delay).</summary>
/// <param name="Rows">Of each version those that were seen last, in all at most <see cref="Most"/>.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Diagnostic">Why they were not examined; empty if they were.</param>
/// <param name="IsStandby">Whether the server is a standby, which knows its own sessions only.</param>
internal sealed record DataPlanes(IReadOnlyList<DataPlane> Rows, long Total, string Diagnostic, bool IsStandby)
{
    /// <summary>There are none.</summary>
    public static readonly DataPlanes None = new([], 0, "", IsStandby: false);

    /// <summary>The most that are read.</summary>
    private const int Most = 1000;

    // The table is read only if it is a plain one that runs no code of others. A gateway before 2.3 has none. A user who may not read it
    // gets an error: without its rows a drain would look complete. An infinite time cannot be subtracted.
    private static readonly string Query =
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
                 ''version'', left(version, 200), ''total'', total,
                 ''last_seen'', CASE WHEN isfinite(last_seen) THEN to_char(last_seen, ''YYYY-MM-DD"T"HH24:MI:SS"Z"'')
                                     ELSE last_seen::text END,
                 ''age'', CASE WHEN isfinite(last_seen) THEN extract(epoch FROM now() - last_seen)::bigint END)
                 ORDER BY last_seen DESC NULLS LAST), ''[]'')::text
                 FROM (SELECT *, count(*) OVER () AS total FROM %I.clustering_data_planes WHERE ttl IS NULL OR ttl > now()
                        ORDER BY row_number() OVER (PARTITION BY version ORDER BY last_seen DESC NULLS LAST), last_seen DESC NULLS LAST
                        LIMIT {Most}) AS seen', schema)
              INTO content;
          END IF;
          PERFORM set_config('migrator.data_planes', content, true), set_config('migrator.flaw', flaw, true);
        END
        $$
        """;

    /// <summary>Reads them in one round trip; locks and writes nothing.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public static async Task<DataPlanes> ReadAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadRowsAsync(session, schema, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw await RefusalDiagnosis.ExplainAsync(session, schema, SessionDiagnosis.Explain(e), isReading: true, cancellationToken);
        }
    }

    private static Task<DataPlanes> ReadRowsAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.QueryRowAsync(
            schema,
            [Query, $"SELECT current_setting('migrator.data_planes'), {TableShape.Diagnostic}, pg_is_in_recovery()"],
            row => Parse(row.GetString(0), row.GetString(1), row.GetBoolean(2)),
            cancellationToken);

    private static DataPlanes Parse(string json, string flaw, bool isStandby)
    {
        using var document = JsonDocument.Parse(json);
        return new(
            [.. document.RootElement.EnumerateArray().Select(DataPlane.Parse)],
            document.RootElement.EnumerateArray().Select(row => row.GetProperty("total").GetInt64()).FirstOrDefault(), flaw, isStandby);
    }
}

/// <summary>A data plane that a control plane has recorded.</summary>
/// <param name="Id">Its node id.</param>
/// <param name="Hostname">Its host name.</param>
/// <param name="Ip">Its address.</param>
/// <param name="Version">Its gateway version, as it said; null if it is not known.</param>
/// <param name="LastSeen">When it was seen last, in UTC.</param>
/// <param name="Age">How long ago that was, by the server's clock; null if that is not known.</param>
internal sealed record DataPlane(string Id, string Hostname, string Ip, string? Version, string LastSeen, TimeSpan? Age)
{
    private const string Never = "never";

    /// <summary>Whether it is older than a gateway version, or of no version that can be read.</summary>
    public bool IsOlderThan(GatewayVersion target)
    {
        var numbers = (Version ?? "").Split('.', 3);
        return numbers.Length < 2
            || !int.TryParse(numbers[0], CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(numbers[1], CultureInfo.InvariantCulture, out var minor)
            || (major, minor).CompareTo((target.Major, target.Minor)) < 0;
    }

    /// <summary>Whether it was seen within a time. One that was seen at no time of a calendar, or in the future, counts as seen.</summary>
    public bool WasSeenWithin(TimeSpan time) => Age is { } age ? age <= time : LastSeen is not (Never or "-infinity");

    /// <summary>The data plane in a message.</summary>
    public override string ToString() => $"data plane {Hostname} ({Ip}, version {Version ?? "unknown"}, seen {LastSeen})";

    /// <summary>Parses what <see cref="DataPlanes"/> reads.</summary>
    public static DataPlane Parse(JsonElement row) => new(
        Text(row, "id") ?? "", Text(row, "hostname") ?? "", Text(row, "ip") ?? "", Text(row, "version"), Text(row, "last_seen") ?? Never,
        row.GetProperty("age") is { ValueKind: JsonValueKind.Number } age && age.TryGetInt64(out var seconds)
            && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null);

    private static string? Text(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
