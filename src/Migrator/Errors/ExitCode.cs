namespace Migrator.Errors;

/// <summary>The exit codes, Kong's own where it has one (3, 4 and 5 of <c>kong migrations list</c>).</summary>
internal static class ExitCode
{
    /// <summary>Done, or nothing to do.</summary>
    public const int Success = 0;

    /// <summary>It did not work; stderr says why and what to do.</summary>
    public const int Failure = 1;

    /// <summary><c>list</c>: the database is empty and needs <c>bootstrap</c>.</summary>
    public const int NeedsBootstrap = 3;

    /// <summary><c>list</c>: migrations wait for <c>finish</c>.</summary>
    public const int Pending = 4;

    /// <summary><c>list</c>: there are new migrations for <c>up</c>.</summary>
    public const int New = 5;

    /// <summary><c>verify</c>: the schema is not what its ledger says, or there are tables without a ledger.</summary>
    public const int Drift = 6;

    /// <summary>Added to a signal's number when the signal ended the run (130 for Ctrl-C, 143 for SIGTERM), as shells do.</summary>
    public const int Signal = 128;
}
