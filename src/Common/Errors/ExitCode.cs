namespace Migrator.Errors;

/// <summary>The exit codes. 3, 4 and 5 are those of <c>kong migrations list</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done, or nothing to do.</summary>
    public const int Success = 0;

    /// <summary>The command failed; stderr says why and what to do.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary><c>list</c>: the database needs <c>bootstrap</c>: it is empty, or its bootstrap is incomplete.</summary>
    public const int NeedsBootstrap = 3;

    /// <summary><c>list</c>: migrations are pending; run <c>finish</c>.</summary>
    public const int Pending = 4;

    /// <summary><c>list</c>: migrations are new; run <c>up</c>.</summary>
    public const int New = 5;

    /// <summary><c>verify</c>: the schema differs from its ledger, or there are tables without a ledger.</summary>
    public const int Drift = 6;

    /// <summary>Another runner, or a session that holds tables, kept a lock for longer than --lock-timeout.</summary>
    public const int Locked = 7;

    /// <summary>The database or AWS cannot be reached, or the connection was lost: a later attempt may succeed.</summary>
    public const int Unreachable = 8;

    /// <summary>The login, a right, a certificate or a token was refused.</summary>
    public const int Refused = 9;

    /// <summary><c>advise --exit-code</c>: the next gateway starts, but refuses changes of rows, or behaves differently.</summary>
    public const int Advice = 10;

    /// <summary>Added to the number of the signal that ended the run (130 for Ctrl-C, 143 for SIGTERM), as shells do.</summary>
    public const int Signal = 128;

    /// <summary>Every exit code with its meaning, for help and documents.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Success, "done, or nothing to do"),
        (Failure, "a migration failed, or the command cannot do its work in this database"),
        (Usage, "the command line or the configuration is wrong, or a question was not confirmed"),
        (NeedsBootstrap, "the database needs bootstrap: it is empty, or its bootstrap is incomplete"),
        (Pending, "migrations are pending: they need finish"),
        (New, "new migrations are available: they need up"),
        (Drift, "the schema differs from its ledger, or there are tables without a ledger"),
        (Locked, "another runner or session kept a lock for longer than --lock-timeout"),
        (Unreachable, "the database or AWS cannot be reached, or the connection was lost: worth a retry"),
        (Refused, "refused: a login, a right, a certificate or a token"),
        (Advice, "the next gateway will refuse changes of rows, or behave differently: of advise --exit-code"),
        (Signal + 15, "ended by signal N: 130 for Ctrl-C, 143 for SIGTERM"),
    ];

    /// <summary>The exit codes that every command has.</summary>
    public static IReadOnlyList<int> OfEveryCommand { get; } = [Success, Failure, Usage, Signal + 15];

    /// <summary>The exit codes that every command with a connection has, further to those of every command.</summary>
    public static IReadOnlyList<int> OfConnections { get; } = [Unreachable, Refused];

    /// <summary>The exit codes of the commands that change the database, further to those of every command.</summary>
    public static IReadOnlyList<int> OfWriting { get; } = [NeedsBootstrap, Pending, Drift, Locked, Unreachable, Refused];

    /// <summary>The stable name of an exit code in JSON, <c>code</c>.</summary>
    public static string Name(int code) => code switch
    {
        Success => "success",
        Usage => "usage",
        NeedsBootstrap => "needs_bootstrap",
        Pending => "pending",
        New => "new",
        Drift => "drift",
        Locked => "locked",
        Unreachable => "unreachable",
        Refused => "refused",
        Advice => "advice",
        > Signal => "interrupted",
        _ => "failed",
    };
}
