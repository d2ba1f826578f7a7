using Migrator.Display;
using Npgsql;

namespace Migrator.Output;

/// <summary>
/// An exception for a log. Its message may be somebody else's text; that of a reader of answers (the AWS SDK, JSON, XML) is left
/// out, as it may quote a piece of what was read, and with it a secret.
/// </summary>
internal static class ExceptionText
{
    private const int MostLines = 1000;

    private static readonly string[] QuotesWhatItReads = ["Amazon", "System.Text.Json", "System.Xml"];

    /// <summary>The type and the message.</summary>
    public static string Describe(Exception exception) =>
        exception.GetType().Name + (MessageOf(exception) is { } message ? ": " + message : "");

    /// <summary>The exception and those behind it, each with its stack trace: the lines.</summary>
    public static IReadOnlyList<string> Trace(Exception exception)
    {
        var trace = new List<string>();
        for (var e = exception; e is not null && trace.Count < MostLines; e = e.InnerException)
        {
            trace.Add((trace.Count == 0 ? "" : " ---> ") + e.GetType() + (MessageOf(e) is { } message ? ": " + message : ""));
            if (e is PostgresException { Where: { } where })
            {
                trace.Add("    where: " + DisplayText.Cut(where, DisplayText.LongestValue));
            }

            trace.AddRange(e.StackTrace?.Split('\n') ?? []);
        }

        return trace;
    }

    private static string? MessageOf(Exception exception)
    {
        for (var type = exception.GetType(); type is not null && type != typeof(Exception); type = type.BaseType)
        {
            if (Array.Exists(QuotesWhatItReads, room => $"{type.Namespace}.".StartsWith(room + ".", StringComparison.Ordinal)))
            {
                return null;
            }
        }

        // Npgsql's own text has PostgreSQL's DETAIL in it, and with it values of rows.
        var message = exception is PostgresException refusal ? $"{refusal.SqlState}: {refusal.MessageText}" : exception.Message;
        return DisplayText.Cut(message, DisplayText.LongestValue);
    }
}
