namespace Migrations.Model;

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as PostgreSQL's format_type prints it.</param>
/// <param name="IsNullable">Whether it may be NULL.</param>
/// <param name="Default">Its default, as PostgreSQL 14 and later print it; null for none.</param>
public sealed record ColumnModel(string Name, string Type, bool IsNullable, string? Default = null)
{
    /// <summary>A placeholder for the id of the workspace <c>default</c>, which differs between databases.</summary>
    public const string DefaultWorkspace = "<default workspace>";

    /// <summary>Whether a sequence generates the values.</summary>
    public bool IsCounter => Default?.StartsWith("nextval(", StringComparison.Ordinal) == true;
}

/// <summary>A constraint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">Its definition, as PostgreSQL prints it.</param>
/// <param name="References">The table that a foreign key references; null for other constraints.</param>
public sealed record ConstraintModel(string Name, string Definition, string? References = null)
{
    /// <summary>Whether the constraint has an index of its own.</summary>
    public bool HasIndex => Definition.StartsWith("UNIQUE", StringComparison.Ordinal)
        || Definition.StartsWith("PRIMARY KEY", StringComparison.Ordinal);

    /// <summary>The columns of a primary or unique key, as in the definition, with their parentheses.</summary>
    public string Columns => Definition[Definition.IndexOf('(', StringComparison.Ordinal)..];
}

/// <summary>An index that does not belong to a constraint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns or expressions, as PostgreSQL prints them, with parentheses.</param>
/// <param name="IsUnique">Whether it is unique.</param>
/// <param name="Method">The access method.</param>
public sealed record IndexModel(string Name, string Columns, bool IsUnique = false, string Method = "btree")
{
    /// <summary>The statement that creates it, as PostgreSQL prints it.</summary>
    /// <param name="table">The table, with its schema.</param>
    public string Definition(string table) =>
        $"CREATE {(IsUnique ? "UNIQUE " : "")}INDEX {Name} ON {table} USING {Method} {Columns}";
}

/// <summary>A trigger.</summary>
/// <param name="Name">Its name.</param>
/// <param name="When">The time and the events, as PostgreSQL prints them: <c>AFTER INSERT</c>.</param>
/// <param name="Each"><c>FOR EACH ROW</c> or <c>FOR EACH STATEMENT</c>.</param>
/// <param name="Function">The function that it calls, without a schema.</param>
/// <param name="Arguments">The arguments of the function, with parentheses.</param>
public sealed record TriggerModel(string Name, string When, string Each, string Function, string Arguments = "()")
{
    /// <summary>The statement that creates it, as PostgreSQL 11 and later print it.</summary>
    /// <param name="table">The table, with its schema.</param>
    /// <param name="function">The function, with its schema.</param>
    public string Definition(string table, string function) =>
        $"CREATE TRIGGER {Name} {When} ON {table} {Each} EXECUTE FUNCTION {function}{Arguments}";
}
