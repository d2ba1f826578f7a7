using System.Text;

namespace Migrations.Dsl;

/// <summary>The schema of the gateway's tables, and the qualified names of its objects in SQL.</summary>
/// <remarks>
/// Every name in migrator's SQL is qualified, so that the search_path needs no schema in which other roles may create objects (PostgreSQL
/// 17, 10.3 and 5.10.6).
/// </remarks>
/// <param name="Name">The schema's name as in pg_namespace, unquoted.</param>
public sealed record GatewaySchema(string Name)
{
    /// <summary>The schema's name as an identifier.</summary>
    public string Identifier => Sql.Identifier(Name);

    /// <summary>The qualified name of a table, index, sequence or function: <c>"kong"."routes"</c>.</summary>
    /// <param name="name">The object's name, unquoted.</param>
    public string Qualify(string name) => $"{Identifier}.{Sql.Identifier(name)}";

    /// <summary>The qualified name as a string constant, for functions that take a name as text: <c>'"kong"."routes"'</c>.</summary>
    public string Literal(string name) => Sql.Literal(Qualify(name));

    /// <summary>A relation as a value of type regclass; an error if it does not exist.</summary>
    public string Regclass(string name) => $"{Literal(name)}::regclass";

    /// <summary>A relation as a value of type regclass; NULL if it does not exist.</summary>
    public string ToRegclass(string name) => $"to_regclass({Literal(name)})";

    /// <summary>The schema as a value of type regnamespace; NULL if it does not exist.</summary>
    public string ToRegnamespace => $"to_regnamespace({Sql.Literal(Identifier)})";

    /// <summary>Whether the name can be used inside a function body and in messages.</summary>
    /// <remarks>
    /// A dollar quote (<c>$$</c>, <c>$tag$</c>) would end the body (PostgreSQL 17, 4.1.2.4), a control character would garble messages,
    /// and PostgreSQL truncates names of more than 63 bytes (4.1.1).
    /// </remarks>
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
