using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Ledger;
using Npgsql;

namespace Migrator.Running;

/// <summary>Empties the gateway's schema. The schema itself stays, with the rights on it, and so does what belongs to extensions.</summary>
internal static class SchemaReset
{
    private const string DropEverything =
        """
        DO $$
        DECLARE
          thing record;
        BEGIN
          FOR thing IN
            SELECT format('DROP %s IF EXISTS %I CASCADE', CASE c.relkind
                     WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE'
                   END, c.relname) AS sql
              FROM pg_class AS c
             WHERE c.relnamespace = current_setting('migrator.schema')::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
               AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
          LOOP
            EXECUTE thing.sql;
          END LOOP;

          FOR thing IN
            SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', p.oid::regprocedure) AS sql
              FROM pg_proc AS p
             WHERE p.pronamespace = current_setting('migrator.schema')::regnamespace
               AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
          LOOP
            EXECUTE thing.sql;
          END LOOP;
        END
        $$
        """;

    /// <summary>Drops everything, in one transaction, once nobody else is at work.</summary>
    /// <exception cref="MigratorException">PostgreSQL refused, or another runner is at work; nothing has been dropped.</exception>
    public static async Task RunAsync(DatabaseSession session, RunOptions options, DatabaseFacts facts, string? dead, CancellationToken cancel)
    {
        try
        {
            await session.WriteAsync(
                [
                    .. StepCommands.Claim(options, facts, dead),
                    .. TransactionSql.BeginWriting(options.Schema, options.Limits),
                    KongLock.Introduce(options.Name),
                    .. SchemaLock.Take(facts.Ledger),
                    new NpgsqlBatchCommand(KongLock.Hold),
                    new NpgsqlBatchCommand(DropEverything),
                ],
                _ => Task.FromResult(true),
                cancel);
        }
        catch (PostgresException e) when (session.IsOpen)
        {
            await new StepRunner(session, options).ReleaseAsync();
            throw SchemaLock.SaysLookAgain(e) ? Busy(e, facts) : StepFailure.Explain(e, step: null);
        }
    }

    private static MigratorException Busy(PostgresException e, DatabaseFacts facts) => new(
        $"Somebody else is at work on schema '{facts.Schema}': {e.MessageText}.",
        cause: null,
        "Let it end, and run the command again. Nothing has been dropped.",
        e);
}
