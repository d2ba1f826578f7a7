namespace Migrator.Ledger;

/// <summary>What a state of the database means, and the command to run next: said in one way by every command.</summary>
/// <param name="Meaning">What the state is, without a full stop.</param>
/// <param name="Command">The command to run, e.g. <c>up</c>; null where there is nothing to do.</param>
/// <param name="Condition">When to run it, with its comma; empty for at once.</param>
internal sealed record StateAdvice(string Meaning, string? Command, string Condition = "")
{
    /// <summary>The advice for finish, also where up has just left migrations for it.</summary>
    public static readonly StateAdvice Finish =
        new("Migrations are pending", "finish", "When every node runs the new version, run: ");

    /// <summary>The advice for up.</summary>
    public static readonly StateAdvice Up = new("New migrations are available", "up");

    /// <summary>The advice for a state.</summary>
    public static StateAdvice Of(SchemaState state) => state switch
    {
        { HasLedger: false } => new("The database is empty", "bootstrap"),
        { IsHalfBootstrapped: true } => new("The bootstrap is incomplete", "bootstrap"),
        { HasPending: true } => Finish,
        { HasNew: true } => Up,
        _ => new("The database is up to date", Command: null),
    };

    /// <summary>What to do, with a command to paste; null where there is nothing to do.</summary>
    /// <param name="conf">The kong.conf of the run, as a shell takes it.</param>
    public string? Do(string conf) =>
        Command is null ? null : $"{(Condition.Length > 0 ? Condition : "Run: ")}migrator {Command} -c {conf}";

    /// <summary>The whole of it in one line.</summary>
    /// <param name="conf">The kong.conf of the run, as a shell takes it.</param>
    public string Sentence(string conf) => Do(conf) is { } what ? $"{Meaning}. {what}" : $"{Meaning}.";
}
