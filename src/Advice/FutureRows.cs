using Migrations;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Planning;

namespace Migrator.Advice;

/// <summary>
/// Reads the rows of the gateway's tables as they will be after some steps: the steps run on temporary copies, which end with the
/// transaction. Without steps, the rows are read where they are.
/// </summary>
/// <param name="session">The connection.</param>
/// <param name="facts">The database.</param>
internal sealed class FutureRows(IDatabaseSession session, DatabaseFacts facts)
{
    /// <summary>A size of values that PostgreSQL can make JSON of, whatever they are.</summary>
    public const long SmallRow = 64 << 10;

    /// <summary>The largest size of the values of a row that is read. In memory it takes several times that.</summary>
    public const long LargeRow = 1 << 20;

    // A row that is larger as JSON is not sent either: control characters have six characters there, and a number may have 131,072 digits.
    private const int JsonFactor = 2;

    private const string Marker = "future_row_of";
    private const string Row = "t";

    // As bytes: the server sends no text that is not valid, which a database without an encoding may hold.
    private const string Encoding = "CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END";

    // Tables whose rows are not asked for, but from which a step copies some to a table that is.
    private static readonly string[] Sources = ["workspaces", "vaults_beta", "vaults"];

    private readonly TemporaryCopies copies = new(session, facts);

    /// <summary>The size of all tables above which nothing is read; null for any size.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The most bytes of the values of a row that is read. Larger rows are not copied, and only their keys are read.</summary>
    public long MaxRowBytes { get; init; } = ShareOfMemory(LargeRow);

    /// <summary>The time limit; null for the session's limit for reading many rows.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Whether PostgreSQL failed because of the size of a row: a program limit, or memory (PostgreSQL 17, appendix A).</summary>
    public static bool IsOfLargeRow(PostgresException exception) =>
        exception.SqlState.StartsWith("54", StringComparison.Ordinal) || exception.SqlState == PostgresErrorCodes.OutOfMemory;

    /// <summary>A number of bytes, or what a container with little memory has for it.</summary>
    public static long ShareOfMemory(long bytes) => Math.Min(bytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 64);

    /// <summary>Reads the rows, one by one.</summary>
    /// <param name="steps">The steps, in their order.</param>
    /// <param name="tables">The tables whose rows are wanted.</param>
    /// <param name="row">Receives the rows.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="MigratorException">The steps cannot be tried in this database.</exception>
    /// <exception cref="TooManyRowsException">The tables are larger than <see cref="MaxBytes"/>.</exception>
    public async Task ReadAsync(
        IReadOnlyList<MigrationStep> steps, IReadOnlyCollection<string> tables, Action<FutureRow> row,
        CancellationToken cancellationToken)
    {
        if (steps.Count > 0 && facts.InRecovery)
        {
            throw new MigratorException(
                $"The server is a standby: the migrations cannot be tried there on copies of database '{facts.Database}'.",
                "On a standby only a database that needs no migration can be read as the next gateway will see it.",
                "Name the primary in pg_host.")
            { ExitCode = Errors.ExitCode.Unreachable };
        }

        var existing = await copies.ExistingAsync(cancellationToken);
        if (existing.Values.Sum(table => (decimal)table.Bytes) > MaxBytes)
        {
            throw new TooManyRowsException();
        }

        var wanted = tables.ToList();
        var commands = steps.Count == 0 ? Direct(existing, wanted) : OnCopies(existing, steps, wanted);
        try
        {
            await session.SendAsync(
                [.. commands], reader => ReadAsync(reader, row, cancellationToken), Limit ?? session.Limits.Stream, cancellationToken);
        }
        catch (PostgresException e) when (
            e.SqlState is PostgresErrorCodes.InsufficientPrivilege or SchemaGuard.SqlState or SchemaGuard.OnEvents)
        {
            throw await RefusalDiagnosis.ExplainAsync(
                session, facts.Schema,
                e.SqlState != PostgresErrorCodes.InsufficientPrivilege ? SessionDiagnosis.Explain(e) : new MigratorException(
                    $"The rows of database '{facts.Database}' cannot be read or copied: {e.MessageText} [{e.SqlState}].",
                    $"The user reads the gateway's tables and makes temporary ones. {ServerWords.Of(e)}".TrimEnd(),
                    SessionDiagnosis.RightsRemedy,
                    e)
                { ExitCode = Errors.ExitCode.Refused },
                isReading: steps.Count == 0, cancellationToken);
        }
    }

    // The order of the wanted tables counts: workspaces first.
    private static IEnumerable<string> InOrder(IEnumerable<string> existing, IReadOnlyList<string> wanted) =>
        wanted.Intersect(existing, StringComparer.Ordinal);

    private IEnumerable<NpgsqlBatchCommand> Direct(IReadOnlyDictionary<string, ExistingTable> existing, IReadOnlyList<string> wanted)
    {
        List<string> read = [.. InOrder(existing.Keys, wanted)];
        return
        [
            .. TransactionSql.BeginReading(facts.Schema, new Limits(Lock: TimeSpan.FromSeconds(1))),
            .. KongObjects.All.GuardReading(facts.Names, read).Select(sql => new NpgsqlBatchCommand(sql)),
            .. read.SelectMany(t => (NpgsqlBatchCommand[])
                [LargeRows(t, existing[t]), Rows(facts.Names, t, existing[t], $"WHERE {IsSmall(existing[t])}")]),
            TransactionSql.Commit,
        ];
    }

    private IEnumerable<NpgsqlBatchCommand> OnCopies(
        IReadOnlyDictionary<string, ExistingTable> existing, IReadOnlyList<MigrationStep> steps, IReadOnlyList<string> wanted)
    {
        var statements = steps.SelectMany(TemporaryCopies.StatementsOf).ToList();
        var created = statements.SelectMany(s => s.Changes).OfType<Migrations.Model.TableCreated>().Select(c => c.Table);
        return
        [
            .. copies.Begin(existing.Keys, RowsOf),
            .. existing.Where(t => wanted.Contains(t.Key, StringComparer.Ordinal)).Select(t => LargeRows(t.Key, t.Value)),
            .. statements.Select(s => new NpgsqlBatchCommand(s.Sql)),
            .. InOrder(existing.Keys.Concat(created), wanted)
                .Select(t => Rows(TemporaryCopies.Schema, t, existing.GetValueOrDefault(t), "")),
            TemporaryCopies.End,
        ];

        string? RowsOf(string table) => wanted.Contains(table, StringComparer.Ordinal) ? $"AS {Row} WHERE {IsSmall(existing[table])}"
            : Sources.Contains(table, StringComparer.Ordinal) ? "" : null;
    }

    private string IsSmall(ExistingTable table) => string.Create(CultureInfo.InvariantCulture, $"{table.RowSize(Row)} <= {MaxRowBytes}");

    private NpgsqlBatchCommand LargeRows(string name, ExistingTable table) => new(
        $"""
        SELECT {Sql.Literal(name)} AS {Marker}, NULL::bytea AS row, {Key(table)} AS key, {table.RowSize(Row)} AS bytes
          FROM {facts.Names.Qualify(name)} AS {Row} WHERE NOT ({IsSmall(table)})
        """);

    // OFFSET keeps the row from being made into JSON twice.
    private NpgsqlBatchCommand Rows(GatewaySchema schema, string name, ExistingTable? table, string condition) => new(
        string.Create(CultureInfo.InvariantCulture, $"""
            SELECT {Sql.Literal(name)} AS {Marker},
                   CASE WHEN octet_length(row) <= {MaxRowBytes * JsonFactor} THEN convert_to(row, {Encoding}) END AS row, key,
                   octet_length(row)::bigint AS bytes
              FROM (SELECT row_to_json({Row})::text AS row, {Key(table)} AS key FROM {schema.Qualify(name)} AS {Row} {condition} OFFSET 0)
                AS rows
            """));

    // A table that a migration creates has it.
    private static string Key(ExistingTable? table) => table is null || table.Columns.ContainsKey("id") ? $"{Row}.id::text" : "NULL::text";

    private async Task<bool> ReadAsync(
        System.Data.Common.DbDataReader reader, Action<FutureRow> row, CancellationToken cancellationToken)
    {
        do
        {
            if (reader.FieldCount != 4 || reader.GetName(0) != Marker)
            {
                continue;
            }

            while (await reader.ReadAsync(cancellationToken))
            {
                row(new FutureRow(
                    reader.GetString(0),
                    await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2),
                    await reader.IsDBNullAsync(1, cancellationToken) ? null : await reader.GetFieldValueAsync<byte[]>(1, cancellationToken),
                    reader.GetInt64(3),
                    MaxRowBytes));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        return true;
    }
}

/// <summary>A row as it will be after the migrations.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The primary key; null if it has none.</param>
/// <param name="Json">The columns with their values, as <c>row_to_json</c> writes them, in UTF-8; null if the row is too large.</param>
/// <param name="Bytes">How large it is.</param>
/// <param name="Limit">How large a row may be.</param>
internal readonly record struct FutureRow(string Table, string? Key, byte[]? Json, long Bytes, long Limit);

/// <summary>The tables are too large for a bounded check.</summary>
internal sealed class TooManyRowsException : Exception;
