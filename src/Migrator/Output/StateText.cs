using Migrator.Display;
using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>The answer of <c>list</c>, for people.</summary>
internal static class StateText
{
    /// <summary>Writes every subsystem under what its migrations are: executed, pending, missing, new, unknown.</summary>
    public static void Write(TextWriter writer, SchemaState state)
    {
        if (!state.HasLedger)
        {
            writer.WriteLine("The database is empty. To bootstrap it: migrator bootstrap -c <kong.conf>");
            return;
        }

        Section(writer, "Executed", Names(state, MigrationState.Executed));
        Section(writer, "Pending (for finish)", Names(state, MigrationState.Pending));
        Section(writer, "Missing (for up)", Names(state, MigrationState.Missing));
        Section(writer, "New (for up)", Names(state, MigrationState.New));
        Section(writer, "Of another gateway version, or of no bundled plugin: left alone", Unknown(state));
        writer.WriteLine(Verdict(state));
    }

    private static string Verdict(SchemaState state) => state switch
    {
        { IsHalfBootstrapped: true } => "The bootstrap is incomplete. To complete it: migrator bootstrap -c <kong.conf>",
        { HasPending: true } => "Migrations are pending. When every node runs the new version: migrator finish -c <kong.conf>",
        { HasNew: true } => "New migrations are available: migrator up -c <kong.conf>",
        _ => "The database is up to date.",
    };

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

    private static string Show(string name) => DisplayText.Line(name, DisplayText.LongestValue);
}
