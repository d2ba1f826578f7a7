using Migrations;
using Migrations.Dsl;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Preflight;

/// <summary>Checks that the role of the running gateway has the rights on its rows, and none on the schema.</summary>
/// <param name="role">The role.</param>
/// <param name="owner">The user of the connection, with which migrator logs in.</param>
/// <param name="conf">What follows -c in a command, quoted for a shell.</param>
/// <param name="list">Receives the results.</param>
internal sealed class GatewayRoleCheck(string role, string owner, string conf, Checklist list)
{
    private const string Name = "gateway role";

    private static readonly string Query =
        $"""
        WITH kong AS (
          SELECT c.oid, c.relname, c.relowner FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
           WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p')
             AND c.relname IN ('schema_meta', {string.Join(", ", KongObjects.TableNames.Select(Sql.Literal))}))
        SELECT r.rolsuper, coalesce(has_schema_privilege(r.oid, n.oid, 'USAGE'), false),
               coalesce(has_schema_privilege(r.oid, n.oid, 'CREATE'), false),
               EXISTS (SELECT FROM kong WHERE pg_has_role(r.oid, kong.relowner, 'MEMBER')),
               coalesce((SELECT string_agg(relname, ', ' ORDER BY relname) FROM kong WHERE NOT (has_table_privilege(r.oid, oid, 'SELECT')
                 AND has_table_privilege(r.oid, oid, 'INSERT') AND has_table_privilege(r.oid, oid, 'UPDATE')
                 AND has_table_privilege(r.oid, oid, 'DELETE'))), ''),
               (SELECT count(DISTINCT acl.privilege_type) FROM pg_default_acl AS d CROSS JOIN aclexplode(d.defaclacl) AS acl
                 WHERE d.defaclnamespace = n.oid AND d.defaclobjtype = 'r' AND acl.grantee = r.oid
                   AND d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
                   AND acl.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')) = 4
          FROM pg_roles AS r LEFT JOIN pg_namespace AS n ON n.nspname = current_setting('migrator.schema')
         WHERE r.rolname = $1
        """;

    /// <summary>Reads the rights in one round trip, and adds the results.</summary>
    public Task RunAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken) => session.ReadAsync(
        [
            .. TransactionSql.BeginReading(schema),
            new NpgsqlBatchCommand(Query) { Parameters = { new NpgsqlParameter<string> { TypedValue = role } } },
            TransactionSql.Commit,
        ],
        async reader =>
        {
            await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
            if (await reader.ReadAsync(cancellationToken))
            {
                Report(
                    reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetString(4),
                    reader.GetBoolean(5));
            }
            else
            {
                list.NotMet(Name, $"there is no role '{role}'", Remedy);
            }

            return true;
        },
        cancellationToken);

    private string Remedy => "Run what this prints, as a superuser: "
        + new GrantedRoles(owner, role, ReadOnly: null, Iam: false).Command(conf);

    private void Report(bool isSuper, bool mayUse, bool mayCreate, bool isOwner, string lacking, bool hasDefaults)
    {
        string[] flaws =
        [
            .. isSuper ? ["is a superuser"] : Array.Empty<string>(),
            .. !isSuper && isOwner ? ["owns the gateway's tables, or is a member of their owner"] : Array.Empty<string>(),
            .. !isSuper && mayCreate ? ["may create objects in the schema"] : Array.Empty<string>(),
            .. mayUse ? Array.Empty<string>() : ["has no USAGE right on the schema"],
            .. lacking.Length == 0 ? Array.Empty<string>() : [$"lacks rights on {lacking}"],
            .. hasDefaults || isSuper ? Array.Empty<string>()
                : [$"would have no rights on tables that '{owner}' creates (default privileges)"],
        ];
        if (flaws.Length == 0)
        {
            list.Met(Name, $"'{role}' may read and write the gateway's rows, and not change the schema");
        }
        else
        {
            list.NotMet(Name, $"'{role}' {string.Join("; it ", flaws)}", Remedy);
        }
    }
}
