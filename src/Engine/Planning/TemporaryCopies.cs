using Migrations;
using Migrations.Compiling;
using Migrator.Execution;
using Migrator.Inspection;

namespace Migrator.Planning;

/// <summary>
/// Temporary copies of the gateway's tables, on which steps can be tried: they end with the transaction. The migrations see them as the
/// gateway's schema.
/// </summary>
/// <remarks>
/// Of the gateway's own tables nothing is locked beyond reading. The copies are in the session's schema pg_temp: their rows write no WAL,
/// their entries in the catalogue do. They have keys, which steps need, and no triggers and foreign keys. Event triggers see them
/// made; if one belongs to a role that is not trusted, none is made.
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

    private static readonly string Existing =
        $"""
        pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = current_setting('migrator.schema')
           AND c.relkind IN ('r', 'p')
           AND c.relname IN ({string.Join(", ", KongObjects.TableNames.Concat(KongObjects.EnterpriseTables).Select(Sql.Literal))})
        """;

    /// <summary>The gateway's tables in this database.</summary>
    public Task<IReadOnlyDictionary<string, ExistingTable>> ExistingAsync(CancellationToken cancellationToken) => session.ReadAsync(
        [
            .. TransactionSql.BeginReading(facts.Schema),
            new NpgsqlBatchCommand($"SELECT c.relname::text, pg_table_size(c.oid) FROM {Existing}"),
            new NpgsqlBatchCommand(
                $"""
                SELECT c.relname::text, a.attname::text, CASE WHEN t.typcategory = 'A' THEN 'array'
                         WHEN t.typnamespace = 'pg_catalog'::regnamespace AND t.typname IN ('text', 'varchar', 'bytea', 'jsonb')
                           THEN t.typname::text
                       END
                  FROM {Existing} JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  JOIN pg_type AS t ON t.oid = a.atttypid
                """),
            TransactionSql.Commit,
        ],
        async reader =>
        {
            var tables = new Dictionary<string, ExistingTable>(StringComparer.Ordinal);
            await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                tables[reader.GetString(0)] = new ExistingTable(
                    await reader.IsDBNullAsync(1, cancellationToken) ? 0 : reader.GetInt64(1), new(StringComparer.Ordinal));
            }

            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var type = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2);
                tables.GetValueOrDefault(reader.GetString(0))?.Columns.TryAdd(reader.GetString(1), type);
            }

            return (IReadOnlyDictionary<string, ExistingTable>)tables;
        },
        cancellationToken);

    /// <summary>Begins a transaction, and makes the copies in it.</summary>
    /// <remarks>What is under Kong's names must be the gateway's before it is read, as before a run.</remarks>
    /// <param name="tables">The tables.</param>
    /// <param name="rowsOf">What of a table's rows to copy: the end of a SELECT after the table's name, often empty; null for no
    /// rows.</param>
    public IEnumerable<NpgsqlBatchCommand> Begin(IEnumerable<string> tables, Func<string, string?> rowsOf) =>
    [
        .. TransactionSql.BeginWriting(facts.Schema, new Limits(Lock: TimeSpan.FromSeconds(1))),

        // What another client of a pooler has left in the session comes back with the end of the transaction.
        new NpgsqlBatchCommand("DISCARD TEMP"),
        new NpgsqlBatchCommand(SchemaGuard.CheckEventTriggers(facts.Names, asAdministrator: true)),
        new NpgsqlBatchCommand(MoreBuffers),
        .. KongObjects.All.GuardReading(facts.Names, tables).Select(sql => new NpgsqlBatchCommand(sql)),
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

/// <summary>One of the gateway's tables.</summary>
/// <param name="Bytes">Its size without indexes.</param>
/// <param name="Columns">Its columns, each with the name of a type that may be large, or <c>array</c>; null for another type.</param>
internal sealed record ExistingTable(long Bytes, Dictionary<string, string?> Columns)
{
    // At most 255 times as much in memory, 64 kB: it need not be unpacked to be measured.
    private const int Small = 256;

    /// <summary>The size of the values in a row, as they are in memory, as an SQL expression. Texts are not unpacked for it.</summary>
    /// <param name="row">The alias of the table.</param>
    public string RowSize(string row) => Columns.Count == 0 ? "0" : string.Join(" + ", Columns.Select(c => Size(row, c.Key, c.Value)));

    private static string Size(string row, string column, string? type)
    {
        var value = $"{row}.{Sql.Identifier(column)}";
        var size = type switch
        {
            "text" or "varchar" or "bytea" => $"octet_length({value})",
            "jsonb" => Unpacked("#> '{}'"),
            "array" => Unpacked("|| '{}'"),
            _ => $"pg_column_size({value})",
        };
        return $"coalesce({size}, 0)::bigint";

        // These operators change nothing, and what they return is not compressed.
        string Unpacked(string same) =>
            $"CASE WHEN pg_column_size({value}) > {Small} THEN pg_column_size({value} {same}) ELSE pg_column_size({value}) END";
    }
}
