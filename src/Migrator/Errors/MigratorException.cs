namespace Migrator.Errors;

/// <summary>
/// An error that an operator can do something about: what happened, why that may be, and what to do, ready to be printed. It never holds a
/// secret.
/// </summary>
/// <param name="what">What happened, in one line, with the values that matter.</param>
/// <param name="cause">Why; null where <paramref name="what"/> says it all.</param>
/// <param name="remedy">What to do: an imperative sentence with a command or a setting in it.</param>
/// <param name="inner">The exception behind it; shown with <c>--vv</c> only.</param>
internal class MigratorException(string what, string? cause, string remedy, Exception? inner = null) : Exception(what, inner)
{
    /// <summary>Why it happened, if that is known.</summary>
    public string? Cause { get; } = cause;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>Whether the same attempt may succeed a moment later, with nobody doing anything.</summary>
    public bool IsTransient { get; init; }

    /// <summary>What the program exits with.</summary>
    public int ExitCode { get; init; } = Errors.ExitCode.Failure;
}
