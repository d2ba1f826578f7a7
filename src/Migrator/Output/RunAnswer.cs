using System.Text.Json.Serialization;

namespace Migrator.Output;

/// <summary>The answer of bootstrap, up, finish and migrate with <c>--json</c>.</summary>
internal sealed record RunAnswer(
    string Command,
    DatabaseAnswer Database,
    bool Changed,
    string? From,
    string? To,
    IEnumerable<DoneStepAnswer> Steps,
    int Migrations,
    int Reapplied,
    long Rows,
    int Warnings,
    int UnconfirmedByStandby,
    double DurationMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SavedRows? SavedRows,
    string State,
    string? Next)
{
    /// <summary>Creates the answer.</summary>
    /// <param name="summary">What the run has done.</param>
    /// <param name="conf">The path of kong.conf, quoted for a shell.</param>
    public static RunAnswer Of(RunSummary summary, string conf)
    {
        var (title, outcome, tally) = (summary.Title, summary.Outcome, summary.Tally);
        return new RunAnswer(
            summary.Command,
            title.Answer(outcome.Facts.Ledger),
            outcome.Done.Count > 0,
            title.VersionOf(outcome.Before.Ledger),
            title.VersionOf(outcome.Facts.Ledger),
            tally.Steps.Select(done => new DoneStepAnswer(
                done.Step.Subsystem.Name, done.Step.Migration.Name, done.Step.PhaseName, Math.Round(done.Elapsed.TotalMilliseconds),
                done.Rows)),
            outcome.Migrations,
            outcome.Reapplied,
            tally.Rows,
            tally.Warnings,
            tally.Unconfirmed,
            Math.Round(summary.Elapsed.TotalMilliseconds),
            summary.SavedRows,
            StateNames.Of(outcome.State),
            StateNames.Next(outcome.State, conf));
    }
}

/// <summary>A step that was committed.</summary>
internal sealed record DoneStepAnswer(string Subsystem, string Migration, string Phase, double DurationMs, long Rows);

/// <summary>The file of --save-rows, and the number of its rows.</summary>
internal sealed record SavedRows(string File, long Rows);
