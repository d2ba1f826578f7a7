namespace Migrator.Errors;

/// <summary>The exit codes. 3, 4 and 5 are those of <c>kong migrations list</c>.</summary>
internal static class ExitCode
{
    /// <summary>Done, or nothing to do.</summary>
    public const int Success = 0;

    /// <summary>The command failed; stderr says why and what to do.</summary>
    public const int Failure = 1;

    /// <summary><c>list</c>: the database needs <c>bootstrap</c>: it is empty, or its bootstrap is incomplete.</summary>
    public const int NeedsBootstrap = 3;

    /// <summary><c>list</c>: migrations are pending; run <c>finish</c>.</summary>
    public const int Pending = 4;

    /// <summary><c>list</c>: migrations are new; run <c>up</c>.</summary>
    public const int New = 5;

    /// <summary><c>verify</c>: the schema differs from its ledger, or there are tables without a ledger.</summary>
    public const int Drift = 6;

    /// <summary>Added to the number of the signal that ended the run (130 for Ctrl-C, 143 for SIGTERM), as shells do.</summary>
    public const int Signal = 128;
}
