using Migrator.Display;
using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>Writes the answer of <c>list</c> as text.</summary>
internal static class StateText
{
    /// <summary>Writes the migrations of every subsystem by state: executed, pending, missing, new, unknown.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="state">The state.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public static void Write(TextWriter writer, SchemaState state, string conf)
    {
        if (!state.HasLedger)
        {
            writer.WriteLine(StateAdvice.Of(state).Sentence(conf));
            return;
        }

        Section(writer, "Executed", Names(state, MigrationState.Executed));
        Section(writer, "Pending (for finish)", Names(state, MigrationState.Pending));
        Section(writer, "Missing (for up)", Names(state, MigrationState.Missing));
        Section(writer, "New (for up)", Names(state, MigrationState.New));
        Section(writer, "Unknown (of another gateway version or plugin; left alone)", Unknown(state));
        writer.WriteLine(StateAdvice.Of(state).Sentence(conf));
    }

    private static IEnumerable<(string Subsystem, IEnumerable<string> Names)> Names(SchemaState state, MigrationState which) =>
        state.Subsystems.Select(s => (s.Subsystem.Name, s.In(which).Select(m => m.Name)));

    private static IEnumerable<(string Subsystem, IEnumerable<string> Names)> Unknown(SchemaState state) =>
        state.Subsystems.Select(s => (s.Subsystem.Name, s.Unknown.AsEnumerable()))
            .Concat(state.Unknown.Select(r => (r.Subsystem, (r.Executed ?? []).Concat(r.Pending ?? []))));

    private static void Section(TextWriter writer, string title, IEnumerable<(string Subsystem, IEnumerable<string> Names)> subsystems)
    {
        var lines = subsystems.Select(s => (Subsystem: Show(s.Subsystem), Names: string.Join(", ", s.Names.Select(Show))))
            .Where(s => s.Names.Length > 0).ToList();
        if (lines.Count == 0)
        {
            return;
        }

        var width = lines.Max(l => l.Subsystem.Length);
        writer.WriteLine(title + ":");
        foreach (var (subsystem, names) in lines)
        {
            writer.WriteLine($"  {subsystem.PadRight(width)}  {names}");
        }

        writer.WriteLine();
    }

    private static string Show(string name) => DisplayText.Line(name, DisplayText.MaxValueLength);
}
