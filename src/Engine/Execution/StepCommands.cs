using Migrations;
using Migrations.Compiling;
using Migrations.Model;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Execution;

/// <summary>Builds the commands of one transaction, without its COMMIT.</summary>
/// <param name="options">The options of the run.</param>
/// <param name="facts">The facts that the run read.</param>
/// <param name="position">The position of the transaction in the run.</param>
internal sealed class StepCommands(RunOptions options, DatabaseFacts facts, TransactionPosition position)
{
    // The gateway's triggers write to it.
    private static readonly string[] Tags = ["tags"];

    // An empty database gets no row in locks: other sessions could not see it before the commit. Kong waits for our schema_meta instead,
    // which it would create first.
    private readonly bool isFresh = facts.Ledger.IsEmpty;

    /// <summary>The query of the ledger after the steps.</summary>
    public const string Ledger = $"SELECT {SchemaMeta.Snapshot} AS ledger";

    /// <summary>The commands that run the steps.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="stepOf">Receives the step of each command.</param>
    public IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyList<MigrationStep> steps, Dictionary<NpgsqlBatchCommand, MigrationStep> stepOf) =>
    [
        .. isFresh || !position.NeedsClaim ? [] : Claim(options, facts, position.Dead),
        .. TransactionSql.BeginWriting(facts.Schema, options.Limits),
        .. ActingRole.Take(facts),
        KongLock.Introduce(options.Name),
        .. SchemaLock.Take(facts.Ledger),
        .. position.IsOfScript ? [] : TransactionOutcome.Tell,
        EventTriggers(facts),
        .. isFresh ? Prepare() : [new NpgsqlBatchCommand(KongLock.Hold(facts.Names))],
        .. isFresh || facts.Locks.TableExists ? [] : LedgerTables.Create(facts.Names).Select(sql => new NpgsqlBatchCommand(sql)),
        .. steps.SelectMany(step => Commands(step, stepOf)),
        .. isFresh ? [] : new[] { new NpgsqlBatchCommand(position.IsLast ? KongLock.Release(facts.Names) : KongLock.Renew(facts.Names)) },
        new NpgsqlBatchCommand(SchemaMeta.Read),
        new NpgsqlBatchCommand(Ledger),
    ];

    /// <summary>A separate transaction, in the same message, that inserts our row into <c>locks</c> for Kong to see.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Claim(RunOptions options, DatabaseFacts facts, string? dead, bool isReset = false) =>
    [
        .. TransactionSql.BeginWriting(facts.Schema, options.Limits),
        KongLock.Introduce(options.Name),
        new NpgsqlBatchCommand(SchemaLock.Try),
        EventTriggers(facts),
        new NpgsqlBatchCommand(SchemaGuard.Hold(facts.Names, ["locks"])),
        new NpgsqlBatchCommand(isReset ? SchemaGuard.Check(facts.Names, ["schema_meta", "locks"], []) : KongObjects.All.Guard(facts.Names)),
        .. isReset ? [] : ActingRole.Adopt(facts).Concat(ActingRole.Take(facts)),
        .. KongLock.Claim(facts.Names, dead, facts.Locks.TableExists),
        TransactionSql.Commit,
    ];

    /// <summary>
    /// The transaction that drops Kong's objects in the schema, or all objects. The table <c>locks</c> may be missing if Kong was killed
    /// early.
    /// </summary>
    public static IEnumerable<NpgsqlBatchCommand> Drop(
        RunOptions options, DatabaseFacts facts, SchemaContents contents, string? dead) =>
    [
        .. facts.Locks.TableExists ? Claim(options, facts, dead, isReset: true) : [],
        .. TransactionSql.BeginWriting(facts.Schema, options.Limits),
        KongLock.Introduce(options.Name),
        .. SchemaLock.Take(facts.Ledger),
        EventTriggers(facts),
        .. facts.Locks.TableExists ? new[] { new NpgsqlBatchCommand(KongLock.Hold(facts.Names)) } : [],
        .. options.DropEverything ? SchemaContents.DropEverything(contents) : [new NpgsqlBatchCommand(SchemaContents.DropKongObjects)],
    ];

    private static NpgsqlBatchCommand EventTriggers(DatabaseFacts facts) => new(SchemaGuard.CheckEventTriggers(facts.Names));

    /// <summary>Creates the schema and Kong's two tables.</summary>
    private IEnumerable<NpgsqlBatchCommand> Prepare()
    {
        if (!facts.SchemaExists)
        {
            yield return new NpgsqlBatchCommand($"CREATE SCHEMA IF NOT EXISTS {facts.Names.Identifier}");
        }

        yield return new NpgsqlBatchCommand(KongObjects.All.Guard(facts.Names));
        foreach (var sql in LedgerTables.Create(facts.Names))
        {
            yield return new NpgsqlBatchCommand(sql);
        }

        // Checks again, for objects that another session created in between.
        yield return new NpgsqlBatchCommand(SchemaGuard.Check(facts.Names, ["schema_meta", "locks"], []));
    }

    private IEnumerable<NpgsqlBatchCommand> Commands(MigrationStep step, Dictionary<NpgsqlBatchCommand, MigrationStep> stepOf)
    {
        var statements = MigrationCompiler.Compile(step.Migration.Create(facts.Names), step.Phase, isFresh)
            .Where(s => !(step.IsReapplied && s.RewritesRows))
            .ToList();
        var prepared = statements.Exists(s => s.RewritesRows) ? [TriggerFunctions.ReplaceSyncTags(facts.Names)] : Array.Empty<string>();

        var sql = Guard(statements).Concat(prepared).Concat(statements.SelectMany(s => Save(step, s).Append(s.Sql)));
        foreach (var command in sql.Select(text => new NpgsqlBatchCommand(text)).Concat(Record(step)))
        {
            stepOf.Add(command, step);
            yield return command;
        }
    }

    // What a transaction of an empty database writes to, it has made itself.
    private string[] Guard(List<Statement> statements)
    {
        var written = statements.SelectMany(s => s.Changes).Where(c => c is RowsRewritten or RowsInserted).Select(c => c.Table)
            .Distinct(StringComparer.Ordinal).ToList();
        return isFresh ? [] : [SchemaGuard.Hold(facts.Names, ["schema_meta", "locks", .. written, .. written.Count > 0 ? Tags : []])];
    }

    private IEnumerable<string> Save(MigrationStep step, Statement statement) => options.SavedRows is null ? []
        : statement.Old?.Read(facts.Names, $"{step.Subsystem.Name}/{step.Migration.Name}", step.PhaseName) ?? [];

    private IEnumerable<NpgsqlBatchCommand> Record(MigrationStep step) => step switch
    {
        { IsReapplied: true } => [],
        { LeavesPending: true } => [SchemaMeta.RecordPending(facts.Names, step.Subsystem.Name, step.Migration.Name), .. Require(step)],
        _ => [SchemaMeta.RecordExecuted(facts.Names, step.Subsystem.Name, step.Migration.Name), .. Require(step)],
    };

    // The tables of an empty database are new: no role has triggers on them yet.
    private NpgsqlBatchCommand[] Require(MigrationStep step) => isFresh ? [] :
    [
        new(LedgerTables.RequireEntry(
            facts.Names, step.Subsystem.Name, step.Migration.Name, step.LeavesPending ? "pending" : "executed")),
    ];
}

/// <summary>The position of a transaction in a run.</summary>
/// <param name="IsLast">Whether it is the last one, which also deletes our row in <c>locks</c>.</param>
/// <param name="Dead">A dead migrator whose row is to be replaced; null if there is none.</param>
/// <param name="NeedsClaim">Whether our row still has to be inserted.</param>
/// <param name="IsOfScript">Whether psql sends it, which asks for no number of the transaction.</param>
internal sealed record TransactionPosition(bool IsLast, string? Dead, bool NeedsClaim = true, bool IsOfScript = false);
