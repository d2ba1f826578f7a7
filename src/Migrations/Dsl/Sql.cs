namespace Migrations.Dsl;

/// <summary>Quotes identifiers and string constants for SQL (PostgreSQL 17, 4.1.1 and 4.1.2.1).</summary>
/// <remarks>All quoting in hand-written SQL happens here.</remarks>
public static class Sql
{
    /// <summary>Quotes any name as an identifier: <c>"kong"</c>.</summary>
    /// <param name="name">The name, unquoted.</param>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A gateway's table or column name as PostgreSQL prints it. Only <c>group</c> is a reserved word and quoted.</summary>
    /// <param name="name">The name of a table or column.</param>
    public static string PlainIdentifier(string name) => name == "group" ? Identifier(name) : name;

    /// <summary>Quotes a text as a string constant: <c>'kong'</c>. It requires a session with standard_conforming_strings on.</summary>
    /// <param name="text">The text.</param>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
