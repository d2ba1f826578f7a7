using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>The answer of <c>status</c>, with the keys of <c>kong migrations status</c>.</summary>
internal sealed record StatusAnswer(
    bool NeedsBootstrap,
    IEnumerable<SubsystemAnswer> ExecutedMigrations,
    IEnumerable<SubsystemAnswer> PendingMigrations,
    IEnumerable<SubsystemAnswer> MissingMigrations,
    IEnumerable<SubsystemAnswer> NewMigrations,
    IEnumerable<SubsystemAnswer> UnknownMigrations)
{
    /// <summary>Creates the answer.</summary>
    public static StatusAnswer Of(SchemaState state) => new(
        !state.HasLedger || state.IsBootstrapIncomplete,
        In(state, MigrationState.Executed),
        In(state, MigrationState.Pending),
        In(state, MigrationState.Missing),
        In(state, MigrationState.New),
        [
            .. Those(state, subsystem => subsystem.Unknown),
            .. state.Unknown
                .Select(row => new SubsystemAnswer(row.Subsystem, Namespace: null, [.. row.Executed ?? [], .. row.Pending ?? []]))
                .Where(s => s.Migrations.Count > 0),
        ]);

    private static IEnumerable<SubsystemAnswer> In(SchemaState state, MigrationState which) =>
        Those(state, subsystem => subsystem.In(which).Select(m => m.Name));

    private static IEnumerable<SubsystemAnswer> Those(SchemaState state, Func<SubsystemState, IEnumerable<string>> migrations) =>
        state.Subsystems.Select(s => new SubsystemAnswer(s.Subsystem.Name, s.Subsystem.Namespace, [.. migrations(s)]))
            .Where(s => s.Migrations.Count > 0);
}

/// <summary>Migrations of one subsystem; the namespace is null if the subsystem is unknown.</summary>
internal sealed record SubsystemAnswer(string Subsystem, string? Namespace, IReadOnlyList<string> Migrations);

/// <summary>The answer of <c>list --json</c>: the state, the next command, and every migration with its state.</summary>
internal sealed record ListAnswer(DatabaseAnswer Database, string State, string? Next, IEnumerable<MigrationAnswer> Migrations)
{
    /// <summary>Creates the answer.</summary>
    /// <param name="database">The database.</param>
    /// <param name="state">The state.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public static ListAnswer Of(DatabaseAnswer database, SchemaState state, string conf) => new(
        database, StateNames.Of(state), StateNames.Next(state, conf),
        MigrationRow.Of(state).Select(r => new MigrationAnswer(r.State, r.Subsystem, r.Migration, r.Since?.ToString(3))));
}

/// <summary>A migration with its state.</summary>
internal sealed record MigrationAnswer(string State, string Subsystem, string Migration, string? Since);

/// <summary>The answer of <c>wait --json</c>.</summary>
internal sealed record WaitAnswer(DatabaseAnswer Database, string State, string? Next, double WaitedMs);

/// <summary>The members <c>state</c> and <c>next</c> of several answers.</summary>
internal static class StateNames
{
    /// <summary>The state of the database.</summary>
    public static string Of(SchemaState state) => state switch
    {
        { HasLedger: false } => "empty",
        { IsBootstrapIncomplete: true } => "bootstrap_incomplete",
        { HasPending: true } => "pending",
        { HasNew: true } => "new",
        _ => "up_to_date",
    };

    /// <summary>The next command; null if there is nothing to do.</summary>
    public static string? Next(SchemaState state, string conf) =>
        StateAdvice.Of(state).Command is { } command ? $"migrator {command} -c {conf}" : null;
}
