using System.Text;

namespace Migrations.Dsl;

/// <summary>
/// The schema of the gateway's tables, and their names in SQL. Every name in our SQL is written with its schema, so that no schema that
/// others may create in has to be in the search_path while it runs (PostgreSQL manual, 10.3 and 5.10.6).
/// </summary>
/// <param name="Name">The schema's name as the catalogue has it, unquoted.</param>
public sealed record GatewaySchema(string Name)
{
    /// <summary>The schema's name as an identifier.</summary>
    public string Identifier => Sql.Identifier(Name);

    /// <summary>A table, index, sequence or function as SQL names it: <c>"kong"."routes"</c>.</summary>
    /// <param name="name">Its name, unquoted.</param>
    public string Qualify(string name) => $"{Identifier}.{Sql.Identifier(name)}";

    /// <summary>The same as a string literal, for functions that take a name as text: <c>'"kong"."routes"'</c>.</summary>
    public string Literal(string name) => Sql.Literal(Qualify(name));

    /// <summary>A relation as a value of type regclass; an error where there is none.</summary>
    public string Regclass(string name) => $"{Literal(name)}::regclass";

    /// <summary>A relation as a value of type regclass, NULL where there is none.</summary>
    public string ToRegclass(string name) => $"to_regclass({Literal(name)})";

    /// <summary>
    /// Whether the name can stand inside a function body. One that holds a dollar quote (<c>$$</c>, <c>$tag$</c>) would end the body
    /// (manual, 4.1.2.4), one with a control character has no place in any message, and one of more than 63 bytes is cut (4.1.1).
    /// </summary>
    public bool IsUsable => !Name.Any(char.IsControl) && !HasDollarQuote(Name) && Encoding.UTF8.GetByteCount(Name) <= 63;

    private static bool HasDollarQuote(string name)
    {
        var first = name.IndexOf('$', StringComparison.Ordinal);
        while (first >= 0)
        {
            var second = name.IndexOf('$', first + 1);
            if (second > 0 && name[(first + 1)..second].All(c => char.IsLetterOrDigit(c) || c == '_'))
            {
                return true;
            }

            first = second;
        }

        return false;
    }
}
