using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Inspection;
using Migrator.Output;
using Migrator.Verification;

namespace Migrator.Commands;

/// <summary>The <c>verify</c> command: compares the live schema with the one that its ledger implies. Writes and locks nothing.</summary>
internal static class VerifyCommand
{
    private const int MaxReads = 5;

    private static readonly Option<bool> SqlOnly = new("--sql") { Description = "Print only the SQL that repairs the differences." };

    /// <summary>Creates the command.</summary>
    public static Command Create() => MigratorCommand.Define(
        "verify",
        "Compare the schema with what its ledger says: tables, columns, keys, indexes, triggers, functions, owners and the rights of the "
            + "user. Exit code 0: the same, 6: differences. Writes and locks nothing.",
        """
        migrator verify -c /etc/kong/kong.conf
        migrator verify -c kong.conf --sql > repair.sql
        """,
        [ExitCode.NeedsBootstrap, ExitCode.Drift, ExitCode.Locked, .. ExitCode.OfConnections],
        () => [.. DatabaseOptions.All, DatabaseOptions.ReadOnly, SqlOnly],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var facts = await DatabaseReader.ReadAsync(session, settings.Schema, cancellationToken);
        if (facts.Ledger.IsEmpty)
        {
            facts.RequireLedgerOfTables();
            throw NothingToVerify(facts, context.Conf);
        }

        (facts, var live) = await ReadAsync(session, facts, cancellationToken);
        var result = SchemaComparison.Of(facts.Ledger, live, facts.Names, settings.IsReadOnly);
        if (context.Get(SqlOnly) && !context.Get(OutputOptions.Json))
        {
            facts.RequireUsableSchema();
            if (result.Differences.Count > 0)
            {
                context.WriteScript("sql", RepairScript.Script(result, facts.Names));
            }
        }
        else
        {
            context.Write(
                context.Title(facts, settings),
                facts.Ledger,
                writer => VerifyText.Write(writer, result),
                () => VerifyJson.Of(result));
        }

        return result.Differences.Count == 0 ? ExitCode.Success : ExitCode.Drift;
    }

    /// <summary>Reads the catalogue, and again if the ledger has changed meanwhile: another migrator, or a Kong, is at work.</summary>
    private static async Task<(DatabaseFacts Facts, LiveSchema Live)> ReadAsync(
        DatabaseSession session, DatabaseFacts facts, CancellationToken cancellationToken)
    {
        for (var read = 0; read < MaxReads; read++)
        {
            var live = await CatalogueReader.ReadAsync(session, facts, GatewayNames.All, cancellationToken);
            var now = await DatabaseReader.ReadAsync(session, facts.Schema, cancellationToken);
            if (now.Ledger.Text == facts.Ledger.Text)
            {
                return (facts, live);
            }

            facts = now;
        }

        throw new MigratorException(
            $"The schema cannot be compared with its ledger: the ledger has changed {MaxReads} times while the schema was read.",
            "Migrations are running.",
            "Run verify again when they are done: migrator status shows whether one is at work.")
        { ExitCode = ExitCode.Locked };
    }

    private static MigratorException NothingToVerify(DatabaseFacts facts, string conf) => new MigratorException(
        $"Database '{facts.Database}' is empty: there is no ledger to compare schema '{facts.Schema}' with.",
        facts.Ledger.Elsewhere.Length > 0 ? $"{facts.Ledger.Elsewhere}: pg_schema may be wrong." : null,
        $"Run: migrator bootstrap -c {conf}")
    { ExitCode = ExitCode.NeedsBootstrap };
}
