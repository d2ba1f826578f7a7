using System.Text.Json;
using Migrations;
using Migrator.Ledger;

namespace Migrator.Preflight;

/// <summary>The facts about a database that only a check needs.</summary>
/// <param name="IsInRdsIam">Whether the user is a member of rds_iam; null if that role does not exist.</param>
/// <param name="SearchPath">The search path of the session, as the server sets it by default.</param>
/// <param name="Blockers">Sessions that have held locks in the schema for more than 5 seconds, in one line.</param>
/// <param name="EndBlockers">The SQL statements that end these sessions.</param>
/// <param name="Creators">Roles that may create objects in the schema, and are not to: PUBLIC means every role.</param>
/// <param name="OnlyAsPublic">Whether who is to create there may do so only as PUBLIC may.</param>
/// <param name="SchemaOwner">The owner of the schema, who may log in: for pg_database_owner, the owner of the database.</param>
internal sealed record ServerEnvironment(
    bool? IsInRdsIam, string SearchPath, string Blockers, string EndBlockers, IReadOnlyList<string> Creators, bool OnlyAsPublic,
    string SchemaOwner)
{
    // pg_has_role is true for a superuser and every role, but the login only counts real members. reset_val is the session's search path:
    // the transaction has another. Who is to create in the schema: its owner and that of the database, who has
    // default privileges for tables in it, the owners of the gateway's tables, the role $1 that a run acts as, and what they inherit from.
    private static readonly string Query =
        $"""
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
             AND a.xact_start < now() - interval '5 seconds'),
        owners AS (
          SELECT c.relowner AS oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
           WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p')
             AND c.relname IN ('schema_meta', {string.Join(", ", KongObjects.TableNames.Select(Sql.Literal))})),
        schema AS (SELECT n.oid, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl FROM pg_namespace AS n
           WHERE n.nspname = current_setting('migrator.schema')),
        makers AS (
          SELECT oid FROM pg_roles WHERE NOT rolsuper AND (rolname = $1 OR oid IN (SELECT oid FROM owners))),
        allowed AS (
          SELECT r.oid FROM pg_roles AS r JOIN makers ON pg_has_role(makers.oid, r.oid, 'USAGE')
          UNION SELECT oid FROM pg_roles WHERE rolsuper
          UNION SELECT nspowner FROM schema
          UNION SELECT datdba FROM pg_database WHERE datname = current_database()
          UNION SELECT d.defaclrole FROM pg_default_acl AS d JOIN schema ON schema.oid = d.defaclnamespace WHERE d.defaclobjtype = 'r'),
        creators AS (SELECT DISTINCT acl.grantee FROM schema CROSS JOIN aclexplode(schema.acl) AS acl WHERE acl.privilege_type = 'CREATE')
        SELECT (SELECT oid IN (SELECT roleid FROM membership) FROM pg_roles WHERE rolname = 'rds_iam'),
               (SELECT reset_val FROM pg_settings WHERE name = 'search_path'),
               coalesce((SELECT string_agg(format('process %s (%s, user %s)', pid, name, usename), ', ') FROM blockers), ''),
               coalesce((SELECT string_agg(format('SELECT pg_terminate_backend(%s);', pid), ' ') FROM blockers), ''),
               (SELECT coalesce(json_agg(CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
                 ORDER BY grantee), '[]')::text
                  FROM creators WHERE grantee NOT IN (SELECT oid FROM allowed)),
               NOT EXISTS (SELECT FROM creators WHERE grantee <> 0 AND pg_has_role($1::name, grantee, 'USAGE')),
               coalesce((SELECT CASE WHEN pg_get_userbyid(nspowner) <> 'pg_database_owner' THEN pg_get_userbyid(nspowner)
                 ELSE (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()) END FROM schema), '')::text
        """;

    /// <summary>Reads the facts in one read-only transaction.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="creator">The role that is to create objects in the schema.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public static Task<ServerEnvironment> ReadAsync(
        IDatabaseSession session, string? schema, string creator, CancellationToken cancellationToken) =>
        session.QueryRowAsync(
            schema,
            [Query],
            row => new ServerEnvironment(
                row.IsDBNull(0) ? null : row.GetBoolean(0), row.GetString(1), row.GetString(2), row.GetString(3),
                JsonSerializer.Deserialize(row.GetString(4), LedgerJson.Default.IReadOnlyListString)!, row.GetBoolean(5), row.GetString(6)),
            cancellationToken,
            creator);
}
