namespace Migrator.Ledger;

/// <summary>The meaning of a state of the database and the next command to run, worded alike for every command.</summary>
/// <param name="Meaning">The state as a sentence, without a full stop.</param>
/// <param name="Command">The command to run, e.g. <c>up</c>; null if there is none.</param>
/// <param name="Condition">The words before the command if it has to wait, ending in "run: "; empty otherwise.</param>
internal sealed record StateAdvice(string Meaning, string? Command, string Condition = "")
{
    /// <summary>The advice to run finish, also shown after an up that left pending migrations.</summary>
    public static readonly StateAdvice Finish =
        new("Migrations are pending", "finish", "When every node runs the new version, run: ");

    /// <summary>The advice to run up.</summary>
    public static readonly StateAdvice Up = new("New migrations are available", "up");

    /// <summary>The state in the middle of a sentence.</summary>
    public string Clause => char.ToLowerInvariant(Meaning[0]) + Meaning[1..];

    /// <summary>The advice for a state.</summary>
    public static StateAdvice Of(SchemaState state) => state switch
    {
        { HasLedger: false, Elsewhere.Length: > 0 } => new(state.Elsewhere, "bootstrap", "Correct pg_schema; if it is meant, run: "),
        { HasLedger: false } => new("The database is empty", "bootstrap"),
        { IsBootstrapIncomplete: true } => new("The bootstrap is incomplete", "bootstrap"),
        { HasPending: true } => Finish,
        { HasNew: true } => Up,
        _ => new("The database is up to date", Command: null),
    };

    /// <summary>The instruction, with a command to paste; null if there is nothing to do.</summary>
    /// <param name="conf">The path of the run's kong.conf, quoted for a shell.</param>
    public string? Do(string conf) =>
        Command is null ? null : $"{(Condition.Length > 0 ? Condition : "Run: ")}migrator {Command} -c {conf}";

    /// <summary>The meaning and the instruction in one line.</summary>
    /// <param name="conf">The path of the run's kong.conf, quoted for a shell.</param>
    public string Sentence(string conf) => Do(conf) is { } what ? $"{Meaning}. {what}" : $"{Meaning}.";
}
