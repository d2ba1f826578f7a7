using System.Text.Json;
using Migrator.Ledger;
using Migrator.Sessions;

namespace Migrator.Preflight;

/// <summary>The facts about a database that only a check needs.</summary>
/// <param name="IsInRdsIam">Whether the user is a member of rds_iam; null if that role does not exist.</param>
/// <param name="SearchPath">The search path of the session, as the server sets it by default.</param>
/// <param name="Blockers">Sessions that have held locks in the schema for more than 5 seconds, in one line.</param>
/// <param name="EndBlockers">The SQL statements that end these sessions.</param>
/// <param name="Creators">Roles that may create objects in the schema, other than the user and the owners of schema and database. PUBLIC
/// means every role.</param>
internal sealed record DatabaseSurroundings(
    bool? IsInRdsIam, string SearchPath, string Blockers, string EndBlockers, IReadOnlyList<string> Creators)
{
    // pg_has_role is true for a superuser and every role, but the login only counts real members. reset_val is the session's search path:
    // the transaction has another.
    private const string Query =
        """
        WITH RECURSIVE membership AS (
          SELECT roleid FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
          UNION
          SELECT m.roleid FROM pg_auth_members AS m JOIN membership ON m.member = membership.roleid),
        blockers AS (
          SELECT DISTINCT a.pid, coalesce(nullif(a.application_name, ''), 'no name') AS name, a.usename
            FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_stat_activity AS a ON a.pid = l.pid
           WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND n.nspname = current_setting('migrator.schema') AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
             AND a.xact_start < now() - interval '5 seconds')
        SELECT (SELECT oid IN (SELECT roleid FROM membership) FROM pg_roles WHERE rolname = 'rds_iam'),
               (SELECT reset_val FROM pg_settings WHERE name = 'search_path'),
               coalesce((SELECT string_agg(format('process %s (%s, user %s)', pid, name, usename), ', ') FROM blockers), ''),
               coalesce((SELECT string_agg(format('SELECT pg_terminate_backend(%s);', pid), ' ') FROM blockers), ''),
               (SELECT coalesce(json_agg(CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
                 ORDER BY acl.grantee), '[]')::text
                       FROM pg_namespace AS n CROSS JOIN aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS acl
                      WHERE n.nspname = current_setting('migrator.schema') AND acl.privilege_type = 'CREATE' AND acl.grantee <> n.nspowner
                        AND (acl.grantee = 0 OR NOT (
                          acl.grantee = (SELECT datdba FROM pg_database WHERE datname = current_database())
                          OR acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = current_user))))
        """;

    /// <summary>Reads the facts in one read-only transaction.</summary>
    public static Task<DatabaseSurroundings> ReadAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.ReadAsync(
        [.. TransactionSql.BeginReading(schema), new(Query), TransactionSql.Commit],
        async reader =>
        {
            await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new DatabaseSurroundings(
                await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetBoolean(0), reader.GetString(1), reader.GetString(2),
                reader.GetString(3), JsonSerializer.Deserialize(reader.GetString(4), LedgerJson.Default.IReadOnlyListString)!);
        },
        cancellationToken);
}
