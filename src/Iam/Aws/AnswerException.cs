namespace Migrator.Iam.Aws;

/// <summary>An HTTP answer that cannot be used.</summary>
/// <remarks>
/// The message describes the answer and what is wrong with it, for example <c>HTTP 200, text/html, 512 bytes: it is not JSON</c>. It never
/// contains any part of the body, which may hold secrets.
/// </remarks>
internal sealed class AnswerException(string message) : Exception(message)
{
    /// <summary>Whether a retry may succeed.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Finds an <see cref="AnswerException"/> in an exception or its inner exceptions; null if there is none.</summary>
    public static AnswerException? In(Exception? exception) =>
        exception is null or AnswerException ? (AnswerException?)exception : In(exception.InnerException);
}
