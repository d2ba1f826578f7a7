using Migrations;
using Migrations.Compiling;
using Migrations.Dsl;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Planning;

/// <summary>
/// Temporary copies of the gateway's tables, on which steps can be tried: they end with the transaction. The migrations see them as the
/// gateway's schema.
/// </summary>
/// <remarks>
/// Of the gateway's own tables nothing is locked beyond reading. The copies are in the session's schema pg_temp: their rows write no WAL,
/// their entries in the catalogue do. They have keys, which steps need, and no triggers and foreign keys. Event triggers of a superuser see
/// them made.
/// </remarks>
/// <param name="session">The connection.</param>
/// <param name="facts">The database.</param>
internal sealed class TemporaryCopies(IDatabaseSession session, DatabaseFacts facts)
{
    /// <summary>The schema of the copies.</summary>
    public static readonly GatewaySchema Schema = new("pg_temp");

    // 64 MB instead of 8. A session of a pooler that has used a temporary table keeps what it has.
    private const string MoreBuffers =
        """
        DO $$
        BEGIN
          PERFORM set_config('temp_buffers', '64MB', true);
        EXCEPTION
          WHEN invalid_parameter_value THEN NULL;
        END
        $$
        """;

    /// <summary>The gateway's tables in this database, with their sizes in bytes, without indexes.</summary>
    public Task<IReadOnlyDictionary<string, long>> ExistingAsync(CancellationToken cancellationToken) => session.ReadAsync(
        [
            .. TransactionSql.BeginReading(facts.Schema),
            new NpgsqlBatchCommand(
                $"""
                SELECT c.relname::text, pg_table_size(c.oid) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                 WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p')
                   AND c.relname IN ({string.Join(", ", KongObjects.TableNames.Concat(KongObjects.EnterpriseTables).Select(Sql.Literal))})
                """),
            TransactionSql.Commit,
        ],
        async reader =>
        {
            var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
            await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                sizes[reader.GetString(0)] = await reader.IsDBNullAsync(1, cancellationToken) ? 0 : reader.GetInt64(1);
            }

            return (IReadOnlyDictionary<string, long>)sizes;
        },
        cancellationToken);

    /// <summary>Begins a transaction, and makes the copies in it.</summary>
    /// <remarks>What is under Kong's names must be the gateway's before it is read, as before a run.</remarks>
    /// <param name="tables">The tables.</param>
    /// <param name="rowsOf">What of a table's rows to copy: the end of a FROM clause, often empty; null for no rows.</param>
    public IEnumerable<NpgsqlBatchCommand> Begin(IEnumerable<string> tables, Func<string, string?> rowsOf) =>
    [
        .. TransactionSql.BeginWriting(facts.Schema, new Limits(Lock: TimeSpan.FromSeconds(1))),
        new NpgsqlBatchCommand(MoreBuffers),
        new NpgsqlBatchCommand(KongObjects.All.Guard(facts.Names, onlyReads: true)),
        .. tables.SelectMany(t => Copy(t, rowsOf(t))),
        new NpgsqlBatchCommand(TriggerFunctions.SyncTags(Schema)),
        new NpgsqlBatchCommand(TriggerFunctions.BatchDeleteExpiredRows(Schema)),
        new NpgsqlBatchCommand(TriggerFunctions.DeleteExpiredClusterEvents(Schema)),
    ];

    /// <summary>Ends the transaction and the copies.</summary>
    public static NpgsqlBatchCommand End => new("ROLLBACK");

    /// <summary>The statements of a step, for the copies.</summary>
    public static IReadOnlyList<Statement> StatementsOf(MigrationStep step) =>
        MigrationCompiler.Compile(step.Migration.Create(Schema), step.Phase);

    private IEnumerable<NpgsqlBatchCommand> Copy(string table, string? rows)
    {
        yield return new NpgsqlBatchCommand(
            $"CREATE TEMPORARY TABLE {Sql.Identifier(table)} (LIKE {facts.Names.Qualify(table)} INCLUDING DEFAULTS INCLUDING INDEXES)");
        if (rows is not null)
        {
            yield return new NpgsqlBatchCommand(
                $"INSERT INTO {Schema.Qualify(table)} SELECT * FROM {facts.Names.Qualify(table)} {rows}");
        }
    }
}
