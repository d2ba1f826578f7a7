using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Configuration.Connection;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>The <c>list</c> command: prints the state of the database as text, and returns an exit code for scripts.</summary>
internal static class ListCommand
{
    private static readonly Option<bool> All = new("--all", "-a") { Description = "Show executed migrations too." };

    public static Command Create() => MigratorCommand.Define(
        "list",
        "Show executed, pending and new migrations. Exit code 0: up to date, 3: needs bootstrap, 4: pending, 5: new. Writes and locks "
            + "nothing.",
        """
        migrator list -c /etc/kong/kong.conf
        migrator list -c kong.conf --json | jq -r '.next'
        migrator list -c kong.conf -q >/dev/null || echo "not up to date: $?"
        """,
        [ExitCode.NeedsBootstrap, ExitCode.Pending, ExitCode.New, ExitCode.Drift, ExitCode.Locked, .. ExitCode.OfConnections],
        () => [.. DatabaseOptions.All, DatabaseOptions.ReadOnly, All],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (state, facts, settings) = await StateReader.ReadAsync(context, cancellationToken);
        facts.RequireLedgerOfTables();
        context.Write(
            context.Title(facts, settings),
            facts.Ledger,
            writer => StateText.Write(writer, state, context.Conf, context.Get(All), context.Host.ColoursOutput),
            () => StateJson.List(state, context.Conf));
        return StateReader.ExitCodeOf(state);
    }
}

/// <summary>Reads the state of the database for <c>list</c> and <c>status</c>.</summary>
internal static class StateReader
{
    /// <summary>The exit code that tells a script the state.</summary>
    public static int ExitCodeOf(SchemaState state) => state switch
    {
        { HasLedger: false } or { IsBootstrapIncomplete: true } => ExitCode.NeedsBootstrap,
        { HasPending: true } => ExitCode.Pending,
        { HasNew: true } => ExitCode.New,
        _ => ExitCode.Success,
    };

    /// <summary>Connects and reads the state; writes and locks nothing.</summary>
    public static async Task<(SchemaState State, DatabaseFacts Facts, PostgresSettings Settings)> ReadAsync(
        CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var facts = await DatabaseReader.ReadAsync(session, settings.Schema, cancellationToken);
        return (context.StateOf(facts), facts, settings);
    }
}
