namespace Migrator.Verification;

/// <summary>The gateway's schema as the server's catalogue has it.</summary>
/// <param name="Prefix">What PostgreSQL writes before names of this schema: the schema, quoted where needed, and a dot.</param>
/// <param name="Objects">Everything in it that matters.</param>
/// <param name="User">The user of the connection.</param>
internal sealed record LiveSchema(string Prefix, string User, IReadOnlyList<LiveObject> Objects)
{
    /// <summary>The objects of a kind.</summary>
    public IEnumerable<LiveObject> Of(LiveKind kind) => Objects.Where(o => o.Kind == kind);

    /// <summary>The parts of a table, by name.</summary>
    public Dictionary<string, LiveObject> PartsOf(string table, LiveKind kind) =>
        Of(kind).Where(o => o.Table == table).ToDictionary(o => o.Name, StringComparer.Ordinal);
}

/// <summary>One object of the catalogue.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Table">The table that it belongs to; empty for what belongs to none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Definition">Its definition: a type, a statement, a body; for a relation what it is.</param>
/// <param name="Detail">What is particular: a column's default, what is wrong with an index or trigger.</param>
/// <param name="Owner">Its owner, where it has one of its own.</param>
/// <param name="Lacks">The rights that the user of the connection lacks, as GRANT names them.</param>
/// <param name="IsNullable">Whether a column may be NULL.</param>
internal sealed record LiveObject(
    LiveKind Kind, string Table, string Name, string Definition, string? Detail, string? Owner, string Lacks, bool IsNullable);

/// <summary>The kinds of objects that are compared.</summary>
internal enum LiveKind
{
    /// <summary>The schema itself.</summary>
    Schema,

    /// <summary>A table, view, sequence or the like.</summary>
    Relation,

    /// <summary>A column of one of the gateway's tables.</summary>
    Column,

    /// <summary>A constraint of one of them.</summary>
    Constraint,

    /// <summary>An index of one of them that is not a constraint's.</summary>
    Index,

    /// <summary>A trigger of one of them.</summary>
    Trigger,

    /// <summary>A function without arguments, as a trigger calls.</summary>
    Function,

    /// <summary>A function with arguments; the gateway has none.</summary>
    FunctionWithArguments,
}
