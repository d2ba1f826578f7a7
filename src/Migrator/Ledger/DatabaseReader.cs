using Migrator.Connecting;
using Migrator.Errors;
using Npgsql;

namespace Migrator.Ledger;

/// <summary>Looks at a database: one read-only transaction, one round trip, no lock, nothing created.</summary>
internal static class DatabaseReader
{
    private const int MostLooks = 5;

    private static readonly string Facts =
        $"""
        SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_database()::text, current_user::text,
               current_setting('migrator.schema'), n.nspname IS NOT NULL,
               coalesce(has_schema_privilege(n.oid, 'CREATE') AND has_schema_privilege(n.oid, 'USAGE'), false),
               has_database_privilege(current_database(), 'CREATE'), coalesce(has_schema_privilege(n.oid, 'USAGE'), false),
               pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool,
               {SchemaLock.Holder}, {KongLock.Snapshot}, {SchemaMeta.Snapshot}, {Entities.Snapshot},
               {TableShape.Flaw}
          FROM (SELECT) AS one LEFT JOIN pg_namespace AS n ON n.nspname = current_setting('migrator.schema')
        """;

    /// <summary>Reads the facts and the ledger.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for what the server says.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">The user may not look into the schema, or the ledger is none.</exception>
    public static async Task<DatabaseFacts> ReadAsync(DatabaseSession session, string? schema, CancellationToken cancellationToken)
    {
        var facts = await ReadFactsAgainAsync(session, schema, cancellationToken);
        facts.RequireReadable();
        return facts;
    }

    /// <summary>
    /// Beside a reset, a table may go away between the question whether it is there and the look into it: then there is another look.
    /// </summary>
    private static async Task<DatabaseFacts> ReadFactsAgainAsync(
        DatabaseSession session, string? schema, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await ReadFactsAsync(session, schema, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable && tries < MostLooks)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10 * tries), cancellationToken);
            }
        }
    }

    private static Task<DatabaseFacts> ReadFactsAsync(DatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.ReadAsync(
            [.. TransactionSql.BeginReading(schema), new(SchemaMeta.Read), new(KongLock.Read), new(Entities.Read), new(Facts),
                TransactionSql.Commit],
            async reader =>
            {
                await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
                await reader.ReadAsync(cancellationToken);
                return Read(reader);
            },
            cancellationToken);

    private static DatabaseFacts Read(NpgsqlDataReader row) => new()
    {
        VersionNumber = row.GetInt32(0),
        Version = row.GetString(1),
        Database = row.GetString(2),
        User = row.GetString(3),
        Schema = row.GetString(4),
        SchemaExists = row.GetBoolean(5),
        MayCreateInSchema = row.GetBoolean(6),
        MayCreateSchema = row.GetBoolean(7),
        MayUseSchema = row.GetBoolean(8),
        InRecovery = row.GetBoolean(9),
        ReadOnly = row.GetBoolean(10),
        LockHolder = row.IsDBNull(11) ? null : row.GetString(11),
        LockRow = row.GetString(12) is { Length: > 0 } owner ? new LockRow(owner, row.GetString(13)) : null,
        LocksExist = row.GetBoolean(14),
        Ledger = row.GetString(15),
        HasEntities = row.GetBoolean(16),
        Flaw = row.GetString(17),
    };
}
