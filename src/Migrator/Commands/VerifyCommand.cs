using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Display;
using Migrator.Errors;
using Migrator.Inspection;
using Migrator.Output;
using Migrator.Verification;

namespace Migrator.Commands;

/// <summary>The <c>verify</c> command: compares the live schema with the one that its ledger implies. Writes and locks nothing.</summary>
internal static class VerifyCommand
{
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

        var live = await CatalogueReader.ReadAsync(session, facts.Schema, GatewayNames.All.Tables, cancellationToken);
        var result = SchemaComparison.Of(ExpectedState.Of(facts.Ledger), live, facts.Names, settings.IsReadOnly);
        if (context.Get(SqlOnly) && !context.Get(OutputOptions.Json))
        {
            VerifyText.WriteSql(context.Answer, result);
        }
        else
        {
            var title = context.Title(facts, settings);
            context.Write(
                writer =>
                {
                    writer.WriteLine(DisplayText.Line(title.Sentence(facts.Ledger)));
                    VerifyText.Write(writer, result);
                },
                json =>
                {
                    title.Write(json, facts.Ledger);
                    VerifyJson.Write(json, result);
                });
        }

        return result.Differences.Count == 0 ? ExitCode.Success : ExitCode.Drift;
    }

    private static MigratorException NothingToVerify(DatabaseFacts facts, string conf) => new(
        $"Database '{facts.Database}' is empty: there is no ledger to compare schema '{facts.Schema}' with.",
        cause: null,
        $"Run: migrator bootstrap -c {conf}")
    { ExitCode = ExitCode.NeedsBootstrap };
}
