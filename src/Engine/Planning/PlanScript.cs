using System.Text.RegularExpressions;
using Migrator.Display;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Ledger;

namespace Migrator.Planning;

/// <summary>
/// A plan as a script for psql: the statements that a run sends, each transaction from BEGIN to COMMIT, with the lock, the comparison of
/// the ledger and its entries. It stops at the first error, and at once if the ledger is not what the plan was made for.
/// </summary>
internal static partial class PlanScript
{
    // psql's variable for the ledger after the last transaction; the next one compares with it.
    private const string LedgerVariable = "migrator_ledger";
    private const string LedgerOfScript = "the ledger of psql's variable";

    // A run refuses the same settings. The session of the script may be another user's, so it looks for itself.
    private const string RefuseSession =
        """
        DO $$
        BEGIN
          IF pg_catalog.current_setting('session_replication_role') OPERATOR(pg_catalog.=) 'replica' THEN
            RAISE EXCEPTION 'session_replication_role is replica in this session: no trigger runs, and no foreign key is checked'
              USING HINT = 'A superuser can run it with: PGOPTIONS="-c session_replication_role=origin" psql -X -f THIS_FILE';
          ELSIF pg_catalog.current_setting('default_transaction_read_only')::pg_catalog.bool THEN
            RAISE EXCEPTION 'default_transaction_read_only is on in this session: the server may protect a full disk'
              USING HINT = 'Find out why. Then: PGOPTIONS="-c default_transaction_read_only=off" psql -X -f THIS_FILE';
          END IF;
        END
        $$;
        """;

    /// <summary>Writes the script.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="facts">The database.</param>
    /// <param name="options">The run.</param>
    /// <param name="title">What the script is for, in one line.</param>
    public static void Write(TextWriter writer, MigrationPlan plan, DatabaseFacts facts, RunOptions options, string title)
    {
        writer.WriteLine($"-- {DisplayText.Line(title)}");
        writer.WriteLine("-- Run: psql -X -f THIS_FILE, as the user that migrator logs in with, or as a superuser, who becomes that user.");
        writer.WriteLine("-- It stops at the first error; what was committed before is kept, and recorded in the ledger. It refuses to");
        writer.WriteLine("-- run if the ledger has changed since.");
        writer.WriteLine(PsqlScript.Header);
        writer.WriteLine(@"\o /dev/null");
        writer.WriteLine(RefuseSession);

        if (plan.Transactions.Count == 0)
        {
            writer.WriteLine($"-- It does nothing: the plan has no steps in the present state of the database.");
            return;
        }

        // Whoever runs the script: what it makes belongs to the owner of the tables.
        facts = facts with { ActsAs = facts.LedgerOwner ?? facts.ActsAs };
        for (var at = 0; at < plan.Transactions.Count; at++)
        {
            var transaction = plan.Transactions[at];
            var position = new TransactionPosition(
                IsLast: at == plan.Transactions.Count - 1, Dead: null, NeedsClaim: at == 0, IsOfScript: true);
            var stepOf = new Dictionary<NpgsqlBatchCommand, MigrationStep>();
            var now = at == 0 ? facts : facts with { Ledger = facts.Ledger with { Text = LedgerOfScript }, SchemaExists = true };
            var commands = new StepCommands(options, now, position).Of([.. transaction.Select(s => s.Step)], stepOf);

            writer.WriteLine();
            MigrationStep? step = null;
            foreach (var command in commands.Append(Sessions.TransactionSql.Commit))
            {
                if (stepOf.GetValueOrDefault(command) is { } origin && origin != step)
                {
                    step = origin;
                    writer.WriteLine($"-- {step}: {transaction.First(s => s.Step == step).Summary}");
                }

                Write(writer, command);
                if (command.CommandText.StartsWith("BEGIN ", StringComparison.Ordinal))
                {
                    writer.WriteLine(BecomeUser(facts.User));
                }
            }
        }
    }

    private static void Write(TextWriter writer, NpgsqlBatchCommand command)
    {
        if (command.CommandText == StepCommands.Ledger)
        {
            writer.WriteLine($@"SELECT {SchemaMeta.Snapshot} AS {LedgerVariable} \gset");
            return;
        }

        var sql = command.Parameters.Count == 0
            ? command.CommandText
            : QuotedOrParameter().Replace(command.CommandText, match => match.Groups["number"] is { Success: true } number
                ? Constant(command.Parameters[int.Parse(number.ValueSpan, CultureInfo.InvariantCulture) - 1].Value)
                : match.Value);
        writer.WriteLine(sql + ";");
    }

    // What a superuser made would be the superuser's, and the gateway could not use it.
    private static string BecomeUser(string user) =>
        $"""
        SELECT pg_catalog.set_config('role', {Sql.Literal(user)}, true)
          FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) CURRENT_USER AND rolsuper;
        """;

    private static string Constant(object? value) => value switch
    {
        LedgerOfScript => $":'{LedgerVariable}'",
        null or DBNull => "NULL::pg_catalog.text",
        _ => $"{Sql.Literal(Convert.ToString(value, CultureInfo.InvariantCulture)!)}::pg_catalog.text",
    };

    // A dollar sign and a digit in a quoted name or constant are part of it.
    [GeneratedRegex(@"""[^""]*""|'[^']*'|\$(?<number>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuotedOrParameter();
}
