using Migrations;
using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Planning;

/// <summary>
/// Reads the rows of the gateway's tables as they will be after some steps: the steps run on temporary copies, which end with the
/// transaction. Without steps, the rows are read where they are.
/// </summary>
/// <param name="session">The connection.</param>
/// <param name="facts">The database.</param>
internal sealed class FutureRows(IDatabaseSession session, DatabaseFacts facts)
{
    private const string Marker = "future_row_of";

    // Tables whose rows are not asked for, but from which a step copies some to a table that is.
    private static readonly string[] Sources = ["workspaces", "vaults_beta", "vaults"];

    private readonly TemporaryCopies copies = new(session, facts);

    /// <summary>The size of all tables above which nothing is read; null for any size.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The time limit; null for the session's limit for reading many rows.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Reads the rows, one by one.</summary>
    /// <param name="steps">The steps, in their order.</param>
    /// <param name="tables">The tables whose rows are wanted.</param>
    /// <param name="row">Receives the table and the row, as JSON.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <exception cref="MigratorException">The steps cannot be tried in this database.</exception>
    /// <exception cref="TooManyRowsException">The tables are larger than <see cref="MaxBytes"/>.</exception>
    public async Task ReadAsync(
        IReadOnlyList<MigrationStep> steps, IReadOnlyCollection<string> tables, Action<string, string> row,
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

        var sizes = await copies.ExistingAsync(cancellationToken);
        if (sizes.Values.Sum(size => (decimal)size) > MaxBytes)
        {
            throw new TooManyRowsException();
        }

        var (existing, wanted) = (sizes.Keys.ToList(), tables.ToHashSet(StringComparer.Ordinal));
        var commands = steps.Count == 0 ? Direct(existing, wanted) : OnCopies(existing, steps, wanted);
        try
        {
            await session.StreamAsync(
                [.. commands], reader => ReadAsync(reader, row, cancellationToken), Limit ?? session.Limits.Stream, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege or SchemaGuard.SqlState)
        {
            throw await RefusalDiagnosis.ExplainAsync(
                session, facts.Schema,
                e.SqlState == SchemaGuard.SqlState ? SessionDiagnosis.Explain(e) : new MigratorException(
                    $"The rows of database '{facts.Database}' cannot be read or copied: {e.MessageText} [{e.SqlState}].",
                    $"The user reads the gateway's tables and makes temporary ones. {ServerWords.Of(e)}".TrimEnd(),
                    SessionDiagnosis.RightsRemedy,
                    e)
                { ExitCode = Errors.ExitCode.Refused },
                isReading: steps.Count == 0, cancellationToken);
        }
    }

    private IEnumerable<NpgsqlBatchCommand> Direct(IReadOnlyCollection<string> existing, HashSet<string> wanted) =>
    [
        .. TransactionSql.BeginReading(facts.Schema, new Limits(Lock: TimeSpan.FromSeconds(1))),
        new NpgsqlBatchCommand(KongObjects.All.Guard(facts.Names, onlyReads: true)),
        .. existing.Where(wanted.Contains).Select(t => Rows(facts.Names, t)),
        TransactionSql.Commit,
    ];

    private IEnumerable<NpgsqlBatchCommand> OnCopies(
        IReadOnlyCollection<string> existing, IReadOnlyList<MigrationStep> steps, HashSet<string> wanted)
    {
        var statements = steps.SelectMany(TemporaryCopies.StatementsOf).ToList();
        var created = statements.SelectMany(s => s.Changes).OfType<Migrations.Model.TableCreated>().Select(c => c.Table);
        return
        [
            .. copies.Begin(existing, t => wanted.Contains(t) || Sources.Contains(t, StringComparer.Ordinal) ? "" : null),
            .. statements.Select(s => new NpgsqlBatchCommand(s.Sql)),
            .. existing.Concat(created).Distinct(StringComparer.Ordinal).Where(wanted.Contains)
                .Select(t => Rows(TemporaryCopies.Schema, t)),
            TemporaryCopies.End,
        ];
    }

    private static NpgsqlBatchCommand Rows(GatewaySchema schema, string table) => new(
        $"SELECT {Sql.Literal(table)} AS {Marker}, row_to_json(t)::text AS row FROM {schema.Qualify(table)} AS t");

    private static async Task<bool> ReadAsync(
        System.Data.Common.DbDataReader reader, Action<string, string> row, CancellationToken cancellationToken)
    {
        do
        {
            if (reader.FieldCount != 2 || reader.GetName(0) != Marker)
            {
                continue;
            }

            while (await reader.ReadAsync(cancellationToken))
            {
                row(reader.GetString(0), reader.GetString(1));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        return true;
    }
}

/// <summary>The tables are larger than they may be for a look on the side.</summary>
internal sealed class TooManyRowsException : Exception;
