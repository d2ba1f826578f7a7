namespace Migrator.Iam.Aws;

/// <summary>
/// An answer that cannot be used. The message says what it is and what is wrong with its shape, for example <c>HTTP 200, text/html, 512
/// bytes: it is not JSON</c>; it never holds a piece of the body.
/// </summary>
internal sealed class AnswerException(string message) : Exception(message)
{
    /// <summary>Whether the same request may get a better answer a moment later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The one in an exception or behind it; null where there is none.</summary>
    public static AnswerException? In(Exception? exception) =>
        exception is null or AnswerException ? (AnswerException?)exception : In(exception.InnerException);
}
