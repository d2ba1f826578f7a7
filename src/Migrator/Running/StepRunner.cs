using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Ledger;
using Migrator.Running.Compiling;
using Npgsql;

namespace Migrator.Running;

/// <summary>
/// Runs steps: each transaction is one message to the server with everything in it, the lock, the look at the ledger, the statements and
/// the ledger's new entries, and then the commit. It happens as a whole or not at all.
/// </summary>
/// <param name="session">The connection.</param>
/// <param name="schema">pg_schema; null for what the server says.</param>
/// <param name="statementTimeout">How long the server lets one statement run; null for no limit.</param>
internal sealed class StepRunner(DatabaseSession session, string? schema, TimeSpan? statementTimeout)
{
    /// <summary>Runs steps in one transaction.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="facts">The database as the run saw it. If its ledger has changed since, nothing happens.</param>
    /// <param name="cancel">Rolls back.</param>
    /// <returns>The ledger afterwards.</returns>
    /// <exception cref="PostgresException">With <see cref="SchemaLock.Busy"/> or <see cref="SchemaLock.LedgerChanged"/>: look again.</exception>
    /// <exception cref="MigratorException">A statement failed; nothing of this transaction is left.</exception>
    public async Task<string> RunAsync(IReadOnlyList<MigrationStep> steps, DatabaseFacts facts, CancellationToken cancel)
    {
        var origins = new Dictionary<NpgsqlBatchCommand, MigrationStep>();
        NpgsqlBatchCommand[] commands =
        [
            .. TransactionSql.Begin(schema, write: true, statementTimeout),
            .. SchemaLock.Take(facts.Ledger),
            .. Prepare(facts),
            .. steps.SelectMany(step => Commands(step, isFresh: facts.Ledger.Length == 0, origins)),
            new NpgsqlBatchCommand(SchemaMeta.Read),
            new NpgsqlBatchCommand($"SELECT 'ledger', {SchemaMeta.Snapshot}"),
        ];

        try
        {
            return await session.WriteAsync(commands, reader => LastLedgerAsync(reader, cancel), cancel);
        }
        catch (PostgresException e) when (e.SqlState is not (SchemaLock.Busy or SchemaLock.LedgerChanged))
        {
            var step = e.BatchCommand is NpgsqlBatchCommand failed ? origins.GetValueOrDefault(failed) : null;
            throw StepFailure.Explain(e, step);
        }
    }

    /// <summary>The schema and Kong's two tables, where they are not there yet.</summary>
    private static IEnumerable<NpgsqlBatchCommand> Prepare(DatabaseFacts facts)
    {
        if (!facts.SchemaExists)
        {
            yield return new NpgsqlBatchCommand($"CREATE SCHEMA IF NOT EXISTS \"{facts.Schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        if (facts.Ledger.Length == 0)
        {
            foreach (var sql in SchemaMeta.CreateTables)
            {
                yield return new NpgsqlBatchCommand(sql);
            }
        }
    }

    private static IEnumerable<NpgsqlBatchCommand> Commands(
        MigrationStep step, bool isFresh, Dictionary<NpgsqlBatchCommand, MigrationStep> origins)
    {
        var statements = MigrationCompiler.Compile(step.Migration.Create(), step.Phase, isFresh)
            .Where(s => !(step.IsRepeated && s.RewritesRows))
            .Select(s => new NpgsqlBatchCommand(s.Sql));

        foreach (var command in statements.Concat(Record(step)))
        {
            origins.Add(command, step);
            yield return command;
        }
    }

    private static IEnumerable<NpgsqlBatchCommand> Record(MigrationStep step) => step switch
    {
        { IsRepeated: true } => [],
        { LeavesPending: true } => [SchemaMeta.RecordPending(step.Subsystem.Name, step.Migration.Name)],
        _ => [SchemaMeta.RecordExecuted(step.Subsystem.Name, step.Migration.Name)],
    };

    private static async Task<string> LastLedgerAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        do
        {
            if (reader.FieldCount == 2 && await reader.ReadAsync(cancel) && reader.GetString(0) == "ledger")
            {
                return reader.GetString(1);
            }
        }
        while (await reader.NextResultAsync(cancel));

        throw new InvalidOperationException("The transaction ended without the ledger.");
    }
}
