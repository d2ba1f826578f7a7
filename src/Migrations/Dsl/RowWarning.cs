namespace Migrations.Dsl;

/// <summary>The SQL of a warning about one row.</summary>
/// <remarks>
/// The message begins with the table and the row's id, and says what was there. The fields TABLE and COLUMN of the notice carry the table
/// and the id once more, for programs.
/// </remarks>
internal static class RowWarning
{
    private const int MaxLength = 100;

    /// <summary>The PL/pgSQL statement that raises the warning.</summary>
    /// <param name="table">The table.</param>
    /// <param name="id">The row's id, as an SQL expression.</param>
    /// <param name="message">The message, as an SQL expression.</param>
    /// <param name="remedy">What to do, as an imperative sentence.</param>
    public static string Raise(string table, string id, string message, string remedy) =>
        $"RAISE WARNING USING TABLE = {Sql.Literal(table)}, COLUMN = {id}, HINT = {Sql.Literal(remedy)},\n  MESSAGE = {message};";

    /// <summary>An SQL expression for a text as a message shows it: its beginning, if it is long.</summary>
    /// <param name="text">The text, as an SQL expression.</param>
    public static string Shown(string text) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"(left({text}, {MaxLength}) || CASE WHEN length({text}) > {MaxLength} THEN ' ...' ELSE '' END)");
}
