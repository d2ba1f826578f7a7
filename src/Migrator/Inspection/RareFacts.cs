using Migrations;
using Migrations.Dsl;
using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Inspection;

/// <summary>
/// Facts of a database that are seldom so: who holds the lock, a blue/green deployment, Kong's tables without a ledger.
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

    /// <summary>Finds the facts, and stores them in settings of the transaction.</summary>
    public static readonly string Read =
        $"""
        DO $$
        DECLARE
          holder text;
          is_blue_green boolean := false;
          tables text;
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
          PERFORM set_config('migrator.lock_holder', coalesce(holder, ''), true),
                  set_config('migrator.may_be_blue_green', is_blue_green::text, true),
                  set_config('migrator.kong_tables', coalesce(tables, ''), true);
        END
        $$
        """;
}
