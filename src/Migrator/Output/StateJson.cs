using System.Text;
using System.Text.Json;
using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>Writes the answer of <c>status</c>: the keys of <c>kong migrations status</c>, as JSON.</summary>
internal static class StateJson
{
    /// <summary>Writes the state.</summary>
    public static void Write(TextWriter writer, SchemaState state)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions
            {
                Indented = true,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            }))
        {
            json.WriteStartObject();
            json.WriteBoolean("needs_bootstrap", !state.HasLedger || state.IsBootstrapIncomplete);
            WriteList(json, "executed_migrations", state, MigrationState.Executed);
            WriteList(json, "pending_migrations", state, MigrationState.Pending);
            WriteList(json, "missing_migrations", state, MigrationState.Missing);
            WriteList(json, "new_migrations", state, MigrationState.New);
            WriteUnknown(json, state);
            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
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
