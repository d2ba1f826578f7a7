using System.Data;
using System.Data.Common;
using Migrator.Ledger;
using Migrator.Locking;
using Migrator.Resilience;

namespace Migrator.Inspection;

/// <summary>Reads the facts of a database in one read-only transaction and one round trip.</summary>
/// <remarks>It creates nothing, and takes no lock stronger than ACCESS SHARE.</remarks>
internal static class DatabaseReader
{
    private const int MaxReads = 5;

    private const string Facts =
        $"""
        SELECT current_setting('server_version_num')::int AS version_number, current_setting('server_version') AS version,
               current_database()::text AS database, current_user::text AS "user", current_setting('migrator.schema') AS schema,
               n.nspname IS NOT NULL AS schema_exists, coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS may_use_schema,
               coalesce(has_schema_privilege({ActingRole.Creator}, n.oid, 'CREATE')
                 AND has_schema_privilege({ActingRole.Creator}, n.oid, 'USAGE'), false) AS may_create_in_schema,
               has_database_privilege({ActingRole.Creator}, current_database(), 'CREATE') AS may_create_schema,
               {SchemaMeta.TableOwner} AS ledger_owner, {ActingRole.Name} AS acts_as, {ActingRole.IsForbidden} AS may_not_act,
               {RareFacts.RunTriggers} AS run_triggers, {RareFacts.TableMaker} AS table_maker,
               pg_is_in_recovery() AS in_recovery, current_setting('default_transaction_read_only')::bool AS read_only,
               {RareFacts.Holder} AS lock_holder, {KongLock.Owner} AS lock_owner, {KongLock.Until} AS lock_until,
               {KongLock.TableExists} AS locks_exist, {SchemaMeta.Snapshot} AS ledger, {Entities.Snapshot} AS has_entities,
               {TableShape.Diagnostic} AS flaw, {RareFacts.MayBeBlueGreen} AS may_be_blue_green,
               {RareFacts.TablesWithoutLedger} AS kong_tables, {RareFacts.OtherLedgers} AS other_ledgers
          FROM (SELECT) AS one LEFT JOIN pg_namespace AS n ON n.nspname = current_setting('migrator.schema')
        """;

    /// <summary>Reads the facts and the ledger.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">The user may not read the schema, or the ledger is not Kong's.</exception>
    public static async Task<DatabaseFacts> ReadAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken)
    {
        var facts = await ReadFactsAgainAsync(session, schema, cancellationToken);
        facts.RequireReadable();
        return facts;
    }

    /// <summary>Reads the facts, and again if a concurrent reset drops a table between the check for it and the read.</summary>
    private static async Task<DatabaseFacts> ReadFactsAgainAsync(
        IDatabaseSession session, string? schema, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(
            limit: TimeSpan.Zero, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(80), TimeProvider.System);
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ReadFactsAsync(session, schema, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable && tries < MaxReads)
            {
                await backoff.PauseAsync(cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                Blockers.Attach(e, await Blockers.OfLedgerAsync(session, schema, cancellationToken));
                throw;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw await RefusalDiagnosis.ExplainAsync(session, schema, SessionDiagnosis.Explain(e), isReading: true, cancellationToken);
            }
        }
    }

    private static Task<DatabaseFacts> ReadFactsAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.ReadAsync(
            [.. TransactionSql.BeginReading(schema), new(SchemaMeta.Read), new(KongLock.Read), new(Entities.Read), new(RareFacts.Read),
                new(Facts), TransactionSql.Commit],
            async reader =>
            {
                await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
                await reader.ReadAsync(cancellationToken);
                return Read(reader);
            },
            cancellationToken);

    private static DatabaseFacts Read(DbDataReader row) => new()
    {
        VersionNumber = row.GetInt32("version_number"),
        Version = row.GetString("version"),
        Database = row.GetString("database"),
        User = row.GetString("user"),
        LedgerOwner = row.GetString("ledger_owner") is { Length: > 0 } tableOwner ? tableOwner : null,
        ActsAs = row.GetString("acts_as") is { Length: > 0 } role ? role : null,
        MayNotActAsOwner = row.GetBoolean("may_not_act"),
        Schema = row.GetString("schema"),
        SchemaExists = row.GetBoolean("schema_exists"),
        MayUseSchema = row.GetBoolean("may_use_schema"),
        MayCreateInSchema = row.GetBoolean("may_create_in_schema"),
        MayCreateSchema = row.GetBoolean("may_create_schema"),
        TableMaker = row.GetString("table_maker") is { Length: > 0 } maker ? maker : null,
        RunTriggers = row.GetString("run_triggers"),
        InRecovery = row.GetBoolean("in_recovery"),
        ReadOnly = row.GetBoolean("read_only"),
        Locks = new LockState(
            row.GetString("lock_holder") is { Length: > 0 } holder ? holder : null,
            row.GetString("lock_owner") is { Length: > 0 } owner ? new LockRow(owner, row.GetString("lock_until")) : null,
            row.GetBoolean("locks_exist")),
        Ledger = new LedgerSnapshot(row.GetString("ledger"), row.GetBoolean("has_entities"))
        {
            Elsewhere = row.GetString("other_ledgers") is { Length: > 0 } others
                ? $"Schema '{row.GetString("schema")}' is empty, and schema {others} has a ledger of Kong's" : "",
        },
        Diagnostic = row.GetString("flaw"),
        MayBeBlueGreen = row.GetBoolean("may_be_blue_green"),
        TablesWithoutLedger = row.GetString("kong_tables").Split(',', StringSplitOptions.RemoveEmptyEntries),
    };
}
