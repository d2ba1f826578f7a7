using Migrations.Model;

namespace Migrator.Verification;

/// <summary>The gateway's schema as the server's catalogue has it.</summary>
/// <param name="VersionNumber">The server's version as a number, e.g. 150018.</param>
/// <param name="Objects">Everything in it that matters.</param>
internal sealed record LiveSchema(int VersionNumber, IReadOnlyList<LiveObject> Objects)
{
    private readonly ILookup<(LiveKind, string), LiveObject> parts = Objects.ToLookup(o => (o.Kind, o.Table));

    private readonly Dictionary<string, LiveObject> relations =
        Objects.Where(o => o.Kind == LiveKind.Relation).ToDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>What PostgreSQL writes before names of this schema: the schema, quoted where needed, and a dot.</summary>
    public string Prefix => Itself?.Definition ?? "";

    /// <summary>The user of the connection.</summary>
    public string User => Itself?.Detail ?? "";

    /// <summary>Whether the user has the rights of the owner of the ledger.</summary>
    public bool HasRightsOfOwner => Itself?.Uses is not null;

    /// <summary>The owner of the ledger, to whom all of the gateway's objects are to belong.</summary>
    public string? Owner => relations.GetValueOrDefault("schema_meta")?.Owner;

    /// <summary>The tables, views, sequences and the like, and indexes of other tables that have a name of the gateway's.</summary>
    public IReadOnlyDictionary<string, LiveObject> Relations => relations;

    private LiveObject? Itself => Of(LiveKind.Schema).FirstOrDefault();

    /// <summary>The objects of a kind.</summary>
    public IEnumerable<LiveObject> Of(LiveKind kind) => Objects.Where(o => o.Kind == kind);

    /// <summary>The parts of a table, by name.</summary>
    public Dictionary<string, LiveObject> PartsOf(string table, LiveKind kind) =>
        parts[(kind, table)].ToDictionary(o => o.Name, StringComparer.Ordinal);

    /// <summary>The index of a name, or the key that it belongs to; null if there is none.</summary>
    public LiveObject? IndexNamed(string name) => Objects.FirstOrDefault(o => o.Name == name && (o.Kind switch
    {
        LiveKind.Index => true,
        LiveKind.Constraint => o.IsKey,
        LiveKind.Relation => o.Definition == "index",
        _ => false,
    }));

    /// <summary>The names of the sequences that are expected and not there.</summary>
    public IReadOnlySet<string> MissingSequences(SchemaModel expected) =>
        expected.Sequences.Keys.Where(s => !relations.ContainsKey(s)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the server can make an ordinary column of a generated one.</summary>
    public bool CanDropExpressionOf(LiveObject column) => VersionNumber >= 130000 && !column.IsVirtual;
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
/// <param name="Uses">The key that a foreign key refers to; for the schema, its owner's rights if the user has them.</param>
internal sealed record LiveObject(
    LiveKind Kind, string Table, string Name, string Definition, string? Detail, string? Owner, string Lacks, bool IsNullable,
    string? Uses)
{
    /// <summary>Whether a column is an identity column: it has a sequence of its own.</summary>
    public bool IsIdentity => Kind == LiveKind.Column && Detail == "identity";

    /// <summary>Whether a column is a generated one.</summary>
    public bool IsGenerated => Kind == LiveKind.Column && Detail?.StartsWith("generated ", StringComparison.Ordinal) == true;

    /// <summary>Whether a generated column has no stored values.</summary>
    public bool IsVirtual => IsGenerated && Detail!.StartsWith("generated when ", StringComparison.Ordinal);

    /// <summary>Whether a constraint is a foreign key.</summary>
    public bool IsForeignKey => Definition.StartsWith("FOREIGN KEY", StringComparison.Ordinal);

    /// <summary>Whether a constraint is a primary or unique key, and so has an index of its name.</summary>
    public bool IsKey => Definition.StartsWith("PRIMARY KEY", StringComparison.Ordinal)
        || Definition.StartsWith("UNIQUE", StringComparison.Ordinal);

    /// <summary>Whether a function is a procedure.</summary>
    public bool IsProcedure => Detail?.StartsWith("procedure ", StringComparison.Ordinal) == true;

    /// <summary>Whether the triggers of a foreign key are disabled.</summary>
    public bool IsOff => Detail?.Contains("DISABLE TRIGGER", StringComparison.Ordinal) == true;
}

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

    /// <summary>A rule of one of them; the gateway has none.</summary>
    Rule,

    /// <summary>An extension with objects in the schema, which are not listed.</summary>
    Extension,

    /// <summary>A function without arguments, as a trigger calls.</summary>
    Function,

    /// <summary>A function with arguments; the gateway has none.</summary>
    FunctionWithArguments,
}
