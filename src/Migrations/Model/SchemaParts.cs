namespace Migrations.Model;

/// <summary>A column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, in PostgreSQL's long form.</param>
/// <param name="IsNullable">Whether it may be NULL.</param>
/// <param name="Default">Its default, as PostgreSQL 14 and later print it; null for none.</param>
public sealed record ColumnModel(string Name, string Type, bool IsNullable, string? Default = null)
{
    /// <summary>Stands for the id of the workspace <c>default</c>, which is another one in each database.</summary>
    public const string DefaultWorkspace = "<default workspace>";

    /// <summary>Whether a sequence gives the values.</summary>
    public bool IsCounter => Default?.StartsWith("nextval(", StringComparison.Ordinal) == true;
}

/// <summary>A constraint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">Its definition, as PostgreSQL prints it.</param>
/// <param name="References">The table that it refers to; null for any but a foreign key.</param>
public sealed record ConstraintModel(string Name, string Definition, string? References = null)
{
    /// <summary>Whether the constraint has an index of its own.</summary>
    public bool HasIndex => Definition.StartsWith("UNIQUE", StringComparison.Ordinal)
        || Definition.StartsWith("PRIMARY KEY", StringComparison.Ordinal);

    /// <summary>The columns of a primary or unique key, as in the definition, with their parentheses.</summary>
    public string Columns => Definition[Definition.IndexOf('(', StringComparison.Ordinal)..];
}

/// <summary>An index that is not a constraint's.</summary>
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
/// <param name="When">Before or after what, as PostgreSQL prints it.</param>
/// <param name="Each">For each row or statement.</param>
/// <param name="Function">The function that it calls, without a schema.</param>
/// <param name="Arguments">What it passes, with parentheses.</param>
public sealed record TriggerModel(string Name, string When, string Each, string Function, string Arguments = "()")
{
    /// <summary>The statement that creates it, as PostgreSQL 11 and later print it.</summary>
    /// <param name="table">The table, with its schema.</param>
    /// <param name="function">The function, with its schema.</param>
    public string Definition(string table, string function) =>
        $"CREATE TRIGGER {Name} {When} ON {table} {Each} EXECUTE FUNCTION {function}{Arguments}";
}
