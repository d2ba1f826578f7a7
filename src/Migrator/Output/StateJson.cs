using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>The state of the database as JSON, for <c>status</c>, <c>list</c> and others.</summary>
internal static class StateJson
{
    /// <summary>The answer of <c>status</c>, with the keys of <c>kong migrations status</c>.</summary>
    public static JsonMembers Status(SchemaState state) =>
    [
        ("needs_bootstrap", !state.HasLedger || state.IsBootstrapIncomplete),
        ("executed_migrations", In(state, MigrationState.Executed)),
        ("pending_migrations", In(state, MigrationState.Pending)),
        ("missing_migrations", In(state, MigrationState.Missing)),
        ("new_migrations", In(state, MigrationState.New)),
        ("unknown_migrations", Of(
        [
            .. state.Subsystems.Select(s => (s.Subsystem.Name, s.Subsystem.Namespace, s.Unknown)),
            .. state.Unknown.Select(
                r => (r.Subsystem, (string?)null, (IReadOnlyList<string>)[.. r.Executed ?? [], .. r.Pending ?? []])),
        ])),
    ];

    /// <summary>The answer of <c>list</c>: the state, the next command, and every migration with its state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public static JsonMembers List(SchemaState state, string conf) =>
    [
        .. Advice(state, conf),
        ("migrations", MigrationRow.Of(state).Select(r => JsonMembers.Of(
            ("state", r.State), ("subsystem", r.Subsystem), ("migration", r.Migration), ("since", r.Since?.ToString(3))))),
    ];

    /// <summary>The state of the database, and the next command: null if there is nothing to do.</summary>
    /// <param name="state">The state.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public static JsonMembers Advice(SchemaState state, string conf) =>
    [
        ("state", state switch
        {
            { HasLedger: false } => "empty",
            { IsBootstrapIncomplete: true } => "bootstrap_incomplete",
            { HasPending: true } => "pending",
            { HasNew: true } => "new",
            _ => "up_to_date",
        }),
        ("next", StateAdvice.Of(state).Command is { } command ? $"migrator {command} -c {conf}" : null),
    ];

    private static IEnumerable<JsonMembers> In(SchemaState state, MigrationState which) => Of(state.Subsystems.Select(
        s => (s.Subsystem.Name, (string?)s.Subsystem.Namespace, (IReadOnlyList<string>)[.. s.In(which).Select(m => m.Name)])));

    private static IEnumerable<JsonMembers> Of(
        IEnumerable<(string Name, string? Namespace, IReadOnlyList<string> Migrations)> subsystems) =>
        subsystems.Where(s => s.Migrations.Count > 0).Select(s => JsonMembers.Of(
            ("subsystem", s.Name), ("namespace", s.Namespace), ("migrations", s.Migrations)));
}
