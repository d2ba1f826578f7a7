using Migrator.Advice.Rules;

namespace Migrator.Advice.Schemas;

/// <summary>A rule for several fields of a record.</summary>
/// <param name="Kind">What it demands.</param>
/// <param name="Fields">The fields that it looks at.</param>
internal sealed record EntityCheck(EntityCheckKind Kind, IReadOnlyList<string> Fields)
{
    /// <summary>The fields without which it does not run; the rest may be missing.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>The field of a condition.</summary>
    public string IfField { get; init; } = "";

    /// <summary>What the field of a condition must be.</summary>
    public FieldSchema? IfMatch { get; init; }

    /// <summary>The field that a condition demands something of.</summary>
    public string ThenField { get; init; } = "";

    /// <summary>What is demanded.</summary>
    public FieldSchema? ThenMatch { get; init; }

    /// <summary>Fields of which a condition demands one.</summary>
    public IReadOnlyList<string> ThenFields { get; init; } = [];

    /// <summary>The message if the demand is not met; null for the usual one.</summary>
    public string? ThenMessage { get; init; }

    /// <summary>A second condition, if the first is not met.</summary>
    public FieldSchema? ElseMatch { get; init; }

    /// <summary>Fields of which the second condition demands one.</summary>
    public IReadOnlyList<string> ElseFields { get; init; } = [];

    /// <summary>The message of the second condition; null for the usual one.</summary>
    public string? ElseMessage { get; init; }

    /// <summary>The first of two sets of which only one may be used.</summary>
    public IReadOnlyList<string> FirstSet { get; init; } = [];

    /// <summary>The second of two sets of which only one may be used.</summary>
    public IReadOnlyList<string> SecondSet { get; init; } = [];

    /// <summary>The rule in code; null if there is none here.</summary>
    public EntityRule? Rule { get; init; }

    /// <summary>Whether it runs if one of its fields is wrong.</summary>
    public bool RunsWithInvalidFields { get; init; }

    /// <summary>Whether it runs if one of its fields is missing.</summary>
    public bool RunsWithMissingFields { get; init; }
}

/// <summary>The kinds of rules for several fields.</summary>
internal enum EntityCheckKind
{
    /// <summary>At least one field is not empty.</summary>
    AtLeastOneOf,

    /// <summary>Exactly one field is not empty.</summary>
    OnlyOneOf,

    /// <summary>The values differ.</summary>
    Distinct,

    /// <summary>If one field is such, another is such.</summary>
    Conditional,

    /// <summary>If a field is such, one of others is not empty.</summary>
    ConditionalAtLeastOneOf,

    /// <summary>All fields are empty, or none is.</summary>
    MutuallyRequired,

    /// <summary>At most one field is not empty.</summary>
    MutuallyExclusive,

    /// <summary>Fields of at most one of two sets are not empty.</summary>
    MutuallyExclusiveSets,

    /// <summary>A rule in code.</summary>
    Custom,

    /// <summary>A kind that is not known here; it demands nothing.</summary>
    Unknown,
}
