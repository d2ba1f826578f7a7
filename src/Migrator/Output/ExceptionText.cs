using Migrator.Display;

namespace Migrator.Output;

/// <summary>
/// Formats an exception for a log. The message is omitted if the exception is from the AWS SDK or a reader of JSON or XML: such a message
/// may quote what was read, and so a secret.
/// </summary>
internal static class ExceptionText
{
    private const int MaxLines = 1000;

    private static readonly string[] NamespacesThatQuoteInput = ["Amazon", "System.Text.Json", "System.Xml"];

    /// <summary>Returns the type and the message of an exception.</summary>
    public static string Describe(Exception exception) =>
        exception.GetType().Name + (MessageOf(exception) is { } message ? ": " + message : "");

    /// <summary>Returns the lines of an exception and its inner exceptions, each with its stack trace.</summary>
    public static IReadOnlyList<string> Trace(Exception exception)
    {
        var trace = new List<string>();
        for (var e = exception; e is not null && trace.Count < MaxLines; e = e.InnerException)
        {
            trace.Add((trace.Count == 0 ? "" : " ---> ") + e.GetType() + (MessageOf(e) is { } message ? ": " + message : ""));
            if (e is PostgresException { Where: { } where })
            {
                trace.Add("    where: " + DisplayText.Cut(where, DisplayText.MaxValueLength));
            }

            trace.AddRange(e.StackTrace?.Split('\n') ?? []);
        }

        return trace;
    }

    private static string? MessageOf(Exception exception)
    {
        for (var type = exception.GetType(); type is not null && type != typeof(Exception); type = type.BaseType)
        {
            if (Array.Exists(NamespacesThatQuoteInput, prefix => $"{type.Namespace}.".StartsWith(prefix + ".", StringComparison.Ordinal)))
            {
                return null;
            }
        }

        // Npgsql's message includes PostgreSQL's DETAIL, and so values of rows.
        var message = exception is PostgresException serverError ? $"{serverError.SqlState}: {serverError.MessageText}" : exception.Message;
        return DisplayText.Cut(message, DisplayText.MaxValueLength);
    }
}
