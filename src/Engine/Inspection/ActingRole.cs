using Migrations;
using Migrator.Ledger;

namespace Migrator.Inspection;

/// <summary>
/// The role that a run acts as, if it is not the user: what the run creates belongs to the owner of the gateway's tables.
/// </summary>
/// <remarks>
/// A gateway that runs as this owner may then use the new tables, and the default privileges of the owner apply to them. It is no boundary:
/// what runs in the session can go back to the user's rights, so <see cref="SchemaGuard"/> is asked first, as the user.
/// </remarks>
internal static class ActingRole
{
    /// <summary>The role, as an SQL expression; empty if the run acts as the user.</summary>
    public const string Name = "current_setting('migrator.acts_as')";

    /// <summary>Whether the user has the rights of the owner, but may not act as it, as an SQL expression.</summary>
    public const string IsForbidden = "current_setting('migrator.may_not_act')::bool";

    /// <summary>The role whose rights count when something is created, as an SQL expression.</summary>
    public const string Creator = $"coalesce(nullif({Name}, ''), current_user)::name";

    /// <summary>The role for a database without tables, as a SELECT of its name; none if it is a superuser or nobody's.</summary>
    /// <remarks>
    /// The owner of the schema, or of the database, if the user has its rights. A superuser's schema, as public is up to PostgreSQL 14, is
    /// everybody's.
    /// </remarks>
    public const string OfEmpty =
        """
        SELECT o.rolname FROM pg_database AS d LEFT JOIN pg_namespace AS n ON n.nspname = current_setting('migrator.schema')
              LEFT JOIN pg_roles AS s ON s.oid = n.nspowner AND NOT s.rolsuper AND s.rolname <> 'pg_database_owner'
              JOIN pg_roles AS o ON o.oid = coalesce(s.oid, d.datdba) AND NOT o.rolsuper
             WHERE d.datname = current_database() AND pg_has_role(session_user, o.oid, 'USAGE')
               AND (n.oid IS NULL OR has_schema_privilege(o.oid, n.oid, 'CREATE'))
        """;

    /// <summary>The right to act as a role, for pg_has_role, as SQL: from PostgreSQL 16 on a membership need not have it.</summary>
    public const string MayAct = "CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END";

    /// <summary>Variables for <see cref="Find"/>.</summary>
    public const string Variables =
        $"""
        owner_name text := {SchemaMeta.TableOwner};
          acts_as text := '';
          may_not_act boolean := false;
        """;

    /// <summary>Finds the role, in a PL/pgSQL block.</summary>
    /// <remarks>
    /// SET ROLE asks for the rights of the session's user.
    /// </remarks>
    public const string Find =
        $"""
        IF owner_name = '' AND {SchemaMeta.Snapshot} = '' THEN
            owner_name := ({OfEmpty});
          END IF;
          IF owner_name <> current_user AND EXISTS (SELECT FROM pg_roles WHERE rolname = owner_name) THEN
            IF pg_has_role(session_user, owner_name::name, {MayAct}) THEN
              acts_as := owner_name;
            ELSE
              may_not_act := pg_has_role(owner_name::name, 'USAGE');
            END IF;
          END IF;
          PERFORM set_config('migrator.acts_as', acts_as, true), set_config('migrator.may_not_act', may_not_act::text, true);
        """;

    /// <summary>The command that takes the role for the rest of the transaction; none if the run acts as the user.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Take(DatabaseFacts facts) => TransactionSql.ActAs(facts.ActsAs);

    /// <summary>
    /// The command that gives this role the gateway's tables and functions that the user may give away: those that an administrator or an
    /// earlier version made as another role. Only what <see cref="SchemaGuard"/> has found to belong to a trusted role.
    /// </summary>
    public static IEnumerable<NpgsqlBatchCommand> Adopt(DatabaseFacts facts) => facts.ActsAs is not { } role
        ? []
        :
        [
            new NpgsqlBatchCommand("SELECT set_config('migrator.acts_as', $1, true)")
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = role } },
            },
            new NpgsqlBatchCommand(
                $"""
                DO $$
                DECLARE
                  thing text;
                BEGIN
                  FOR thing IN
                    {Others($"{Name}::name")} LOOP
                    EXECUTE format('ALTER %s OWNER TO %I', thing, {Name});
                  END LOOP;
                END
                $$
                """),
        ];

    /// <summary>Reads the objects that <see cref="Adopt"/> would give to the role, in one line; empty if there are none.</summary>
    public static async Task<string> ReadOthersAsync(
        IDatabaseSession session, DatabaseFacts facts, CancellationToken cancellationToken) =>
        string.Join(", ", await session.QueryAsync(
            facts.Schema, [$"SELECT thing FROM ({Others("$1::name")}) AS others (thing) ORDER BY thing"], row => row.GetString(0),
            cancellationToken, facts.Creator));

    /// <summary>
    /// Selects the gateway's tables and functions whose owner's rights a role lacks and the user has, as ALTER names them.
    /// </summary>
    /// <param name="role">The role, as an SQL expression.</param>
    public static string Others(string role) =>
        $"""
        SELECT format('TABLE %I.%I', n.nspname, c.relname)
          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p') AND NOT pg_has_role({role}, c.relowner, 'USAGE')
           AND pg_has_role(c.relowner, 'USAGE') AND c.relname IN ({Literals(KongObjects.TableNames.Concat(KongObjects.EnterpriseTables))})
        UNION ALL
        SELECT format('FUNCTION %I.%I()', n.nspname, p.proname)
          FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
         WHERE n.nspname = current_setting('migrator.schema') AND p.pronargs = 0 AND NOT pg_has_role({role}, p.proowner, 'USAGE')
           AND pg_has_role(p.proowner, 'USAGE') AND p.proname IN ({Literals(KongObjects.Functions)})
        """;

    private static string Literals(IEnumerable<string> names) => string.Join(", ", names.Select(Sql.Literal));
}
