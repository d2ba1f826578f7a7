using Migrator.Advice.Rules;
using Migrator.Native;

namespace Migrator.Advice.Schemas;

/// <summary>The rules for one field. What a schema does not say is null or false.</summary>
internal sealed record FieldSchema
{
    /// <summary>The type.</summary>
    public FieldType Type { get; init; }

    /// <summary>Whether it must have a value.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether the gateway makes a value if there is none.</summary>
    public bool IsAuto { get; init; }

    /// <summary>Whether its rules are those of a plugin or vault.</summary>
    public bool IsAbstract { get; init; }

    /// <summary>Whether it may refer to a vault.</summary>
    public bool IsReferenceable { get; init; }

    /// <summary>Whether it holds a secret.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Whether it is a time, in seconds since 1970.</summary>
    public bool IsTimestamp { get; init; }

    /// <summary>Whether it is a UUID.</summary>
    public bool IsUuid { get; init; }

    /// <summary>Whether it is a regular expression.</summary>
    public bool IsRegex { get; init; }

    /// <summary>The value if there is none.</summary>
    public object? Default { get; init; }

    /// <summary>The only value that is allowed, possibly null.</summary>
    public object? EqualTo { get; init; }

    /// <summary>A value that is not allowed, possibly null.</summary>
    public object? NotEqualTo { get; init; }

    /// <summary>The values that are allowed.</summary>
    public IReadOnlyList<object>? OneOf { get; init; }

    /// <summary>Values that are not allowed.</summary>
    public IReadOnlyList<object>? NotOneOf { get; init; }

    /// <summary>The lower and the upper limit.</summary>
    public (double Low, double High)? Between { get; init; }

    /// <summary>The limit that must be exceeded.</summary>
    public double? GreaterThan { get; init; }

    /// <summary>The length, in bytes or elements.</summary>
    public int? Length { get; init; }

    /// <summary>The least length.</summary>
    public int? MinLength { get; init; }

    /// <summary>The greatest length.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The text at its start.</summary>
    public string? StartsWith { get; init; }

    /// <summary>A pattern that it must match.</summary>
    public LuaPattern? Match { get; init; }

    /// <summary>A pattern that it must not match.</summary>
    public LuaPattern? NotMatch { get; init; }

    /// <summary>Patterns of which it must match each.</summary>
    public IReadOnlyList<MessagePattern>? MatchAll { get; init; }

    /// <summary>Patterns of which it must match none.</summary>
    public IReadOnlyList<MessagePattern>? MatchNone { get; init; }

    /// <summary>Patterns of which it must match one.</summary>
    public AnyPattern? MatchAny { get; init; }

    /// <summary>An element that it must have.</summary>
    public object? Contains { get; init; }

    /// <summary>Groups of values, of which it may have those of one.</summary>
    public IReadOnlyList<IReadOnlyList<object>>? ExclusiveSubsets { get; init; }

    /// <summary>The message for any value that is not allowed.</summary>
    public string? Message { get; init; }

    /// <summary>A rule in code.</summary>
    public ValueRule? Rule { get; init; }

    /// <summary>The rules for the elements of an array or a set.</summary>
    public FieldSchema? Elements { get; init; }

    /// <summary>The rules for the names of a map.</summary>
    public FieldSchema? Keys { get; init; }

    /// <summary>The rules for the values of a map.</summary>
    public FieldSchema? Values { get; init; }

    /// <summary>The fields of a record.</summary>
    public RecordSchema? Record { get; init; }
}

/// <summary>A pattern with the message for a value that breaks the rule.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Message">The message; null for the usual one.</param>
internal sealed record MessagePattern(LuaPattern Pattern, string? Message);

/// <summary>Patterns of which one must match.</summary>
/// <param name="Patterns">The patterns.</param>
/// <param name="Message">The message if none does; null for the usual one.</param>
internal sealed record AnyPattern(IReadOnlyList<LuaPattern> Patterns, string? Message);
