using System.Text.Json;
using Migrator.Ledger;
using Migrator.Sessions;

namespace Migrator.Preflight;

/// <summary>What a check wants to know of a database beyond what a run does.</summary>
/// <param name="IsInRdsIam">Whether the user is a member of rds_iam; null where there is no such role.</param>
/// <param name="SearchPath">The search path of the session, as the server has set it.</param>
/// <param name="Blockers">Sessions that have held locks in the schema for a while, as one line.</param>
/// <param name="Creators">Roles, as SQL names them, that may create in the schema and are neither its owner, nor the database's, nor the
/// user: PUBLIC is everybody.</param>
internal sealed record DatabaseSurroundings(bool? IsInRdsIam, string SearchPath, string Blockers, IReadOnlyList<string> Creators)
{
    // A superuser counts as a member of every role for pg_has_role, and is none for the login. reset_val: the transaction itself has a
    // search path of its own.
    private const string Query =
        """
        WITH RECURSIVE membership AS (
          SELECT roleid FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
          UNION
          SELECT m.roleid FROM pg_auth_members AS m JOIN membership ON m.member = membership.roleid)
        SELECT (SELECT oid IN (SELECT roleid FROM membership) FROM pg_roles WHERE rolname = 'rds_iam'),
               (SELECT reset_val FROM pg_settings WHERE name = 'search_path'),
               coalesce((SELECT string_agg(DISTINCT format('process %s (%s, user %s)', a.pid, coalesce(nullif(a.application_name, ''),
                 'no name'), a.usename), ', ')
                  FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  JOIN pg_stat_activity AS a ON a.pid = l.pid
                 WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND n.nspname = current_setting('migrator.schema') AND a.pid <> pg_backend_pid()
                     AND a.xact_start < now() - interval '5 seconds'), ''),
               (SELECT coalesce(json_agg(CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
                 ORDER BY acl.grantee), '[]')::text
                       FROM pg_namespace AS n CROSS JOIN aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS acl
                      WHERE n.nspname = current_setting('migrator.schema') AND acl.privilege_type = 'CREATE' AND acl.grantee <> n.nspowner
                        AND (acl.grantee = 0 OR NOT (
                          acl.grantee = (SELECT datdba FROM pg_database WHERE datname = current_database())
                          OR acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = current_user))))
        """;

    /// <summary>Reads it: one read-only transaction, nothing locked.</summary>
    public static Task<DatabaseSurroundings> ReadAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.ReadAsync(
        [.. TransactionSql.BeginReading(schema), new(Query), TransactionSql.Commit],
        async reader =>
        {
            await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new DatabaseSurroundings(
                await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetBoolean(0), reader.GetString(1), reader.GetString(2),
                JsonSerializer.Deserialize(reader.GetString(3), LedgerJson.Default.IReadOnlyListString)!);
        },
        cancellationToken);
}
