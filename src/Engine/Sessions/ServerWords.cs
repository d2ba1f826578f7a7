using Migrator.Display;

namespace Migrator.Sessions;

/// <summary>What PostgreSQL says about an error beside its message, as far as it holds no values of rows.</summary>
internal static class ServerWords
{
    private const int Longest = 400;

    // The classes of errors about objects, rights, the server and its resources. The details of others, such as 23505, quote rows.
    private static readonly string[] Classes = ["0A", "25", "28", "2B", "3D", "3F", "42", "53", "54", "55", "57", "58"];

    /// <summary>DETAIL, HINT and the functions of CONTEXT as sentences, each followed by a blank; often empty.</summary>
    /// <remarks>
    /// A function of the database chooses code, DETAIL and HINT of what it raises (exec_stmt_raise), and may quote a row. In CONTEXT, the
    /// text of a statement may hold values too. The words "PL/pgSQL" are in the line of a function in every language of the server.
    /// </remarks>
    public static string Of(PostgresException e)
    {
        var isKnown = Classes.Any(c => e.SqlState.StartsWith(c, StringComparison.Ordinal)) && e.Routine != "exec_stmt_raise";
        var functions = FunctionsOf(e);
        return string.Concat(
        [
            .. (isKnown ? new[] { e.Detail, e.Hint } : []).Select(words => Sentence(words)),
            functions.Count == 0 ? "" : Sentence("It happened in " + string.Join(", called by ", functions)),
        ]);
    }

    /// <summary>Whether the error was raised in a function of the database, such as a trigger function.</summary>
    public static bool IsInFunction(PostgresException e) => FunctionsOf(e).Count > 0;

    /// <summary>The reason in an exception, without an SQLSTATE.</summary>
    public static string Reason(Exception e) => e is PostgresException refusal ? refusal.MessageText : e.Message;

    /// <summary>The beginning of a CONTEXT, up to the first function: with the statement of the function that failed.</summary>
    public static string InnermostOf(string context) =>
        string.Join('\n', context.Split('\n').TakeWhile(line => !IsFunction(line)));

    private static IReadOnlyList<string> FunctionsOf(PostgresException e) => [.. (e.Where ?? "").Split('\n').Where(IsFunction).Take(3)];

    private static bool IsFunction(string line) => line.Contains("PL/pgSQL", StringComparison.Ordinal)
        && !line.Contains("inline_code_block", StringComparison.Ordinal);

    private static string Sentence(string? words) => string.IsNullOrWhiteSpace(words) ? ""
        : DisplayText.Cut(string.Join("; ", words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            Longest).TrimEnd('.') + ". ";
}
