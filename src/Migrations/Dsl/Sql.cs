namespace Migrations.Dsl;

/// <summary>Names and texts as SQL has them: the one place where anything is quoted (PostgreSQL manual, 4.1.1 and 4.1.2.1).</summary>
public static class Sql
{
    /// <summary>A name as an identifier, whatever is in it: <c>"kong"</c>.</summary>
    /// <param name="name">The name as the catalogue has it.</param>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A name of the gateway's as PostgreSQL prints it: quoted where it is a reserved word, which one of them is.</summary>
    /// <param name="name">The name of a table or column.</param>
    public static string PlainIdentifier(string name) => name == "group" ? Identifier(name) : name;

    /// <summary>A text as a constant: <c>'kong'</c>. The sessions that it goes to have standard_conforming_strings on.</summary>
    /// <param name="text">The text.</param>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
