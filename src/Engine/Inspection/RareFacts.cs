using Migrations;
using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Inspection;

/// <summary>
/// Facts that are rarely true of a database: who holds the lock, a blue/green deployment, Kong's tables without a ledger, sessions without
/// triggers, a user without the right to create anything.
/// </summary>
/// <remarks>
/// On a new connection the server needs longer to plan these queries than for everything else that is read. In a block, it plans a query
/// when it comes to it; a simple one comes first.
/// </remarks>
internal static class RareFacts
{
    /// <summary>The session that holds the lock, as an SQL expression; empty if there is none.</summary>
    public const string Holder = "current_setting('migrator.lock_holder')";

    /// <summary>Whether the server may be part of a blue/green deployment, as an SQL expression.</summary>
    public const string MayBeBlueGreen = "current_setting('migrator.may_be_blue_green')::bool";

    /// <summary>The tables of Kong in a schema without a ledger, separated by commas, as an SQL expression.</summary>
    public const string TablesWithoutLedger = "current_setting('migrator.kong_tables')";

    /// <summary>The other schemas that have a ledger, if this one has none, as an SQL expression; empty if there are none.</summary>
    public const string OtherLedgers = "current_setting('migrator.other_ledgers')";

    /// <summary>The SQL by which triggers run again in the user's sessions, as an SQL expression; empty if they do.</summary>
    public const string RunTriggers = "current_setting('migrator.run_triggers')";

    /// <summary>The role on whose future tables the user has rights by default, as an SQL expression; empty if there is none.</summary>
    public const string TableMaker = "current_setting('migrator.table_maker')";

    // The setting of the role in the database counts before that of the role, of the database, of all roles, and of the server.
    private const string FindSetting =
        """
        coalesce((
          WITH setting AS (
            SELECT CASE WHEN setrole <> 0 AND setdatabase <> 0 THEN 1 WHEN setrole <> 0 THEN 2 WHEN setdatabase <> 0 THEN 3
                     ELSE 4 END AS rank,
                   CASE WHEN setrole <> 0 THEN format('ROLE %I', session_user) || CASE WHEN setdatabase <> 0
                     THEN format(' IN DATABASE %I', current_database()) ELSE '' END
                     WHEN setdatabase <> 0 THEN format('DATABASE %I', current_database()) ELSE 'ROLE ALL' END AS place,
                   line LIKE '%=replica' AS is_replica
              FROM pg_db_role_setting CROSS JOIN unnest(setconfig) AS line
             WHERE line LIKE 'session_replication_role=%'
               AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
               AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = session_user)))
          SELECT string_agg(format('ALTER %s RESET session_replication_role;', place), ' ' ORDER BY rank) FROM setting AS s
           WHERE is_replica AND NOT EXISTS (SELECT FROM setting WHERE rank < s.rank AND NOT is_replica)),
          'ALTER SYSTEM SET session_replication_role = origin; SELECT pg_reload_conf();')
        """;

    /// <summary>Finds the facts, and stores them in settings of the transaction.</summary>
    public static readonly string Read =
        $"""
        DO $$
        DECLARE
          holder text;
          is_blue_green boolean := false;
          tables text;
          other_ledgers text;
          run_triggers text;
          table_maker text;
          {ActingRole.Variables}
        BEGIN
          {ActingRole.Find}
          IF EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory') THEN
            holder := {SchemaLock.Holder};
          END IF;
          IF EXISTS (SELECT FROM pg_proc WHERE proname IN ({BlueGreenDeployment.Functions})) THEN
            is_blue_green := {BlueGreenDeployment.Exists};
          END IF;
          IF {SchemaMeta.Snapshot} = '' THEN
            SELECT string_agg(c.relname, ',' ORDER BY c.relname) INTO tables
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p')
               AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid AND relname = 'schema_meta')
               AND c.relname IN ({string.Join(", ", KongObjects.TableNames.Select(Sql.Literal))});
          END IF;
          IF {SchemaMeta.Snapshot} = '' THEN
            SELECT string_agg(format('''%s''', n.nspname), ', ' ORDER BY n.nspname) INTO other_ledgers
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid
             WHERE c.relname = 'schema_meta' AND c.relkind IN ('r', 'p') AND a.attname = 'last_executed'
               AND n.nspname <> current_setting('migrator.schema');
          END IF;
          IF current_setting('session_replication_role') = 'replica' THEN
            run_triggers := {FindSetting};
          END IF;
          IF EXISTS (SELECT FROM pg_namespace WHERE nspname = current_setting('migrator.schema')
              AND NOT has_schema_privilege(oid, 'CREATE')) THEN
            SELECT pg_get_userbyid(d.defaclrole) INTO table_maker
              FROM pg_default_acl AS d CROSS JOIN aclexplode(d.defaclacl) AS acl JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
             WHERE n.nspname = current_setting('migrator.schema') AND d.defaclobjtype = 'r'
               AND pg_get_userbyid(acl.grantee) = current_user AND acl.grantee <> d.defaclrole LIMIT 1;
          END IF;
          PERFORM set_config('migrator.run_triggers', coalesce(run_triggers, ''), true),
                  set_config('migrator.table_maker', coalesce(table_maker, ''), true),
                  set_config('migrator.lock_holder', coalesce(holder, ''), true),
                  set_config('migrator.may_be_blue_green', is_blue_green::text, true),
                  set_config('migrator.other_ledgers', coalesce(other_ledgers, ''), true),
                  set_config('migrator.kong_tables', coalesce(tables, ''), true);
        END
        $$
        """;
}
