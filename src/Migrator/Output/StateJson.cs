using System.Text.Json;
using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>Writes the answers of <c>status</c>, with the keys of <c>kong migrations status</c>, and of <c>list</c> as JSON.</summary>
internal static class StateJson
{
    /// <summary>Writes the members of the answer of <c>status</c>.</summary>
    public static void Write(Utf8JsonWriter json, SchemaState state)
    {
        json.WriteBoolean("needs_bootstrap", !state.HasLedger || state.IsBootstrapIncomplete);
        WriteList(json, "executed_migrations", state, MigrationState.Executed);
        WriteList(json, "pending_migrations", state, MigrationState.Pending);
        WriteList(json, "missing_migrations", state, MigrationState.Missing);
        WriteList(json, "new_migrations", state, MigrationState.New);
        WriteUnknown(json, state);
    }

    /// <summary>Writes the members of the answer of <c>list</c>: the state, the next command, and every migration with its state.</summary>
    /// <param name="json">The destination.</param>
    /// <param name="state">The state.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public static void WriteMigrations(Utf8JsonWriter json, SchemaState state, string conf)
    {
        WriteAdvice(json, state, conf);
        json.WriteStartArray("migrations");
        foreach (var row in MigrationRow.Of(state))
        {
            json.WriteStartObject();
            json.WriteString("state", row.State);
            json.WriteString("subsystem", row.Subsystem);
            json.WriteString("migration", row.Migration);
            json.WriteString("since", row.Since?.ToString(3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the state of the database, and the next command: null if there is nothing to do.</summary>
    /// <param name="json">The destination.</param>
    /// <param name="state">The state.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public static void WriteAdvice(Utf8JsonWriter json, SchemaState state, string conf)
    {
        json.WriteString("state", state switch
        {
            { HasLedger: false } => "empty",
            { IsBootstrapIncomplete: true } => "bootstrap_incomplete",
            { HasPending: true } => "pending",
            { HasNew: true } => "new",
            _ => "up_to_date",
        });
        json.WriteString("next", StateAdvice.Of(state).Command is { } command ? $"migrator {command} -c {conf}" : null);
    }

    private static void WriteList(Utf8JsonWriter json, string key, SchemaState state, MigrationState which)
    {
        json.WriteStartArray(key);
        foreach (var subsystem in state.Subsystems)
        {
            WriteSubsystem(json, subsystem.Subsystem.Name, subsystem.Subsystem.Namespace, subsystem.In(which).Select(m => m.Name));
        }

        json.WriteEndArray();
    }

    private static void WriteUnknown(Utf8JsonWriter json, SchemaState state)
    {
        json.WriteStartArray("unknown_migrations");
        foreach (var subsystem in state.Subsystems)
        {
            WriteSubsystem(json, subsystem.Subsystem.Name, subsystem.Subsystem.Namespace, subsystem.Unknown);
        }

        foreach (var row in state.Unknown)
        {
            WriteSubsystem(json, row.Subsystem, @namespace: null, (row.Executed ?? []).Concat(row.Pending ?? []));
        }

        json.WriteEndArray();
    }

    private static void WriteSubsystem(Utf8JsonWriter json, string name, string? @namespace, IEnumerable<string> migrations)
    {
        using var names = migrations.GetEnumerator();
        if (!names.MoveNext())
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("subsystem", name);
        json.WriteString("namespace", @namespace);
        json.WriteStartArray("migrations");
        do
        {
            json.WriteStringValue(names.Current);
        }
        while (names.MoveNext());
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
