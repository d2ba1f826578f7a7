using Migrator.Display;
using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>Writes the answer of <c>list</c> as text: the verdict, then a line for each migration that is not executed.</summary>
internal static class StateText
{
    private const string Reset = "\u001b[0m";

    /// <summary>Writes the state.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="state">The state.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    /// <param name="all">Whether executed migrations have a line each, too.</param>
    /// <param name="colour">Whether to colour the states.</param>
    public static void Write(TextWriter writer, SchemaState state, string conf, bool all, bool colour)
    {
        writer.WriteLine(DisplayText.Line(StateAdvice.Of(state).Sentence(conf)));
        var rows = MigrationRow.Of(state);
        var shown = rows.Where(r => state.HasLedger && (all || r.State != MigrationRow.Executed)).ToList();
        var executed = rows.Count(r => r.State == MigrationRow.Executed);
        if (shown.Count > 0)
        {
            writer.WriteLine();
            var safe = SafeWriter.Over(writer);
            WriteRows(safe, shown, colour);
            if (safe != writer)
            {
                safe.Flush();
            }
        }

        if (!all && executed > 0)
        {
            writer.WriteLine();
            writer.WriteLine($"{executed} executed {(executed == 1 ? "migration is" : "migrations are")} not shown; --all shows them.");
        }
    }

    private static void WriteRows(SafeWriter writer, IReadOnlyList<MigrationRow> rows, bool colour)
    {
        var (states, subsystems, names) = (Width(rows, r => r.State), Width(rows, r => r.Subsystem), Width(rows, r => r.Migration));
        foreach (var row in rows)
        {
            writer.Control(colour ? ColourOf(row.State) : "");
            writer.Write(row.State.PadRight(states));
            writer.Control(colour ? Reset : "");
            writer.WriteLine($"  {Show(row.Subsystem).PadRight(subsystems)}  {Show(row.Migration).PadRight(names)}  {Release(row)}");
        }

    }

    private static string Release(MigrationRow row) =>
        row.Since is { } since ? $"Kong {since.ToString(2)}" : "of another gateway version or plugin; left alone";

    private static string ColourOf(string state) => state switch
    {
        MigrationRow.Executed => "\u001b[32m",
        MigrationRow.Unknown => "\u001b[2m",
        _ => "\u001b[33m",
    };

    private static int Width(IReadOnlyList<MigrationRow> rows, Func<MigrationRow, string> part) => rows.Max(r => Show(part(r)).Length);

    private static string Show(string name) => DisplayText.Line(name, DisplayText.MaxValueLength);
}
