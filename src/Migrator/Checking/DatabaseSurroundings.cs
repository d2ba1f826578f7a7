using Migrator.Connecting;
using Migrator.Ledger;

namespace Migrator.Checking;

/// <summary>What a check wants to know of a database beyond what a run does.</summary>
/// <param name="IsInRdsIam">Whether the user is a member of rds_iam; null where there is no such role.</param>
/// <param name="SearchPath">The search path of the session, as the server has set it.</param>
/// <param name="Blockers">Sessions that have held locks in the schema for a while, as one line.</param>
internal sealed record DatabaseSurroundings(bool? IsInRdsIam, string SearchPath, string Blockers)
{
    // reset_val: the transaction itself has a search path of its own.
    private const string Query =
        """
        SELECT (SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = 'rds_iam'),
               (SELECT reset_val FROM pg_settings WHERE name = 'search_path'),
               coalesce((SELECT string_agg(DISTINCT format('process %s (%s, user %s)', a.pid, coalesce(nullif(a.application_name, ''), 'no name'), a.usename), ', ')
                  FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  JOIN pg_stat_activity AS a ON a.pid = l.pid
                 WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND n.nspname = current_setting('migrator.schema') AND a.pid <> pg_backend_pid() AND a.xact_start < now() - interval '5 seconds'), '')
        """;

    /// <summary>Reads it: one read-only transaction, nothing locked.</summary>
    public static Task<DatabaseSurroundings> ReadAsync(DatabaseSession session, string? schema, CancellationToken cancel) => session.ReadAsync(
        [.. TransactionSql.BeginReading(schema), new(Query), TransactionSql.Commit],
        async reader =>
        {
            await reader.NextResultAsync(cancel);
            await reader.ReadAsync(cancel);
            return new DatabaseSurroundings(await reader.IsDBNullAsync(0, cancel) ? null : reader.GetBoolean(0), reader.GetString(1), reader.GetString(2));
        },
        cancel);
}
