namespace Migrator.Errors;

/// <summary>
/// An error that an operator can act on: what happened, why, and what to do, ready to be printed. It never contains a secret.
/// </summary>
/// <param name="what">What happened, in one line, with the values that matter.</param>
/// <param name="cause">Why it happened; null if <paramref name="what"/> says so already.</param>
/// <param name="remedy">What to do: an imperative sentence with a command or a setting.</param>
/// <param name="inner">The underlying exception; shown with <c>--vv</c> only.</param>
internal class MigratorException(string what, string? cause, string remedy, Exception? inner = null) : Exception(what, inner)
{
    private int? exitCode;

    /// <summary>Creates an error of which <paramref name="what"/> says the cause.</summary>
    public MigratorException(string what, string remedy, Exception? inner = null)
        : this(what, cause: null, remedy, inner)
    {
    }

    /// <summary>Why it happened, if that is known.</summary>
    public string? Cause { get; } = cause;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>The roles that the remedy has the user log in as, or be a member of; usually none.</summary>
    public IReadOnlyCollection<string> RolesToTake { get; init; } = [];

    /// <summary>Whether a retry may succeed a moment later, without anyone changing anything.</summary>
    public bool IsTransient { get; init; }

    /// <summary>What the program exits with.</summary>
    public int ExitCode
    {
        get => exitCode ?? DefaultExitCode;
        init => exitCode = value;
    }

    /// <summary>What the program exits with unless something else was said.</summary>
    protected virtual int DefaultExitCode => Errors.ExitCode.Failure;

    /// <summary>Says with what the program exits, unless whoever made the exception has said so.</summary>
    /// <param name="code">One of <see cref="Errors.ExitCode"/>.</param>
    public void Classify(int code) => exitCode ??= code;
}
