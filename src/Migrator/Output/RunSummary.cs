using Migrator.Display;
using Migrator.Execution;
using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>The answer of bootstrap, up, finish and migrate: what the run has done, and what to run next.</summary>
/// <param name="Command">The command.</param>
/// <param name="Title">The database.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Tally">What was counted during the run.</param>
/// <param name="Elapsed">How long the command took.</param>
internal sealed record RunSummary(string Command, DatabaseTitle Title, RunOutcome Outcome, RunTally Tally, TimeSpan Elapsed)
{
    /// <summary>The file of --save-rows and the number of its rows; null if no rows were saved.</summary>
    public (string File, long Rows)? SavedRows { get; init; }

    private LedgerSnapshot Before => Outcome.Before.Ledger;

    private LedgerSnapshot After => Outcome.Facts.Ledger;

    /// <summary>Writes the summary as text: what was done, where the database stands, what needs attention, what to run next.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public void WriteText(TextWriter writer, string conf)
    {
        writer.WriteLine(DisplayText.Line(Title.Sentence(After, Before)));
        writer.WriteLine(DisplayText.Line((Outcome.Done.Count, Before.Text == After.Text) switch
        {
            (0, true) => "Nothing to do.",
            (0, false) => "Nothing to do: another runner has done the work meanwhile.",
            _ => Work(),
        }));
        if (Tally.Unconfirmed > 0)
        {
            writer.WriteLine(
                $"No synchronous standby has confirmed {Plural.Of(Tally.Unconfirmed, "transaction")}: a failover now may lose work.");
        }

        if (Tally.Warnings > 0)
        {
            writer.WriteLine($"{Plural.Of(Tally.Warnings, "warning")} above: these rows need attention.");
        }

        var advice = StateAdvice.Of(Outcome.State);
        writer.WriteLine(DisplayText.Line(advice.Sentence(conf)));
    }

    /// <summary>The summary as JSON.</summary>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public JsonMembers Json(string conf) =>
    [
        ("command", Command),
        ("database", Title.Json(After)),
        ("changed", Outcome.Done.Count > 0),
        ("from", Title.VersionOf(Before)),
        ("to", Title.VersionOf(After)),
        ("steps", Tally.Steps.Select(s => JsonMembers.Of(
            [.. Messages.Names(s.Step), ("duration_ms", Math.Round(s.Elapsed.TotalMilliseconds)), ("rows", s.Rows)]))),
        ("migrations", Outcome.Migrations),
        ("reapplied", Outcome.Reapplied),
        ("rows", Tally.Rows),
        ("warnings", Tally.Warnings),
        ("unconfirmed_by_standby", Tally.Unconfirmed),
        ("duration_ms", Math.Round(Elapsed.TotalMilliseconds)),
        .. JsonMembers.Optional(
            "saved_rows", SavedRows is { } saved ? JsonMembers.Of(("file", saved.File), ("rows", saved.Rows)) : null),
        .. StateJson.Advice(Outcome.State, conf),
    ];

    /// <summary>What was done, e.g. "Executed 3 migrations in 0.4 s, 12,345 rows rewritten; 2 wait for finish."</summary>
    private string Work()
    {
        var (rows, pending) = (Tally.Rows, StepPlanner.Finish(Outcome.State).Count);
        var again = Outcome.Reapplied > 0 ? $"Reapplied the schema of {Plural.Of(Outcome.Reapplied, "migration")}" : "";
        var verb = Command == "finish" ? "Finished" : "Executed";
        var work = Outcome.Migrations > 0 || again.Length == 0 ? $"{verb} {Plural.Of(Outcome.Migrations, "migration")}" : "";
        var seconds = Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return $"{again}{(again.Length > 0 && work.Length > 0 ? $" and {work.ToLowerInvariant()}" : work)} in {seconds} s"
            + (rows > 0 ? $", rewrote {Plural.Rows(rows)}" : "")
            + (pending > 0 ? $"; {pending} {(pending == 1 ? "waits" : "wait")} for finish" : "")
            + ".";
    }
}
