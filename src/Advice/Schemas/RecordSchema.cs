using System.Collections.Frozen;
using Migrator.Advice.Rules;

namespace Migrator.Advice.Schemas;

/// <summary>The fields of an entity or of a record, and the rules for several of them together.</summary>
internal sealed class RecordSchema
{
    private readonly FrozenDictionary<string, FieldSchema> byName;

    /// <summary>Makes a schema.</summary>
    public RecordSchema(
        IReadOnlyList<KeyValuePair<string, FieldSchema>> fields,
        IReadOnlyList<ShorthandField> shorthands,
        IReadOnlyList<EntityCheck> checks)
    {
        Fields = fields;
        Shorthands = shorthands;
        Checks = checks;
        byName = fields.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The fields, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, FieldSchema>> Fields { get; }

    /// <summary>Fields of an older form.</summary>
    public IReadOnlyList<ShorthandField> Shorthands { get; }

    /// <summary>The rules for several fields.</summary>
    public IReadOnlyList<EntityCheck> Checks { get; }

    /// <summary>The field with a name; null if there is none.</summary>
    public FieldSchema? Field(string name) => byName.GetValueOrDefault(name);

    /// <summary>The field at a path with dots; null if there is none.</summary>
    public FieldSchema? FieldAt(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? Field(path) : Field(path[..dot])?.Record?.FieldAt(path[(dot + 1)..]);
    }
}

/// <summary>A field of an older form, which the gateway turns into others.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Field">Its rules.</param>
/// <param name="IsDeprecated">Whether the newer fields win over it.</param>
/// <param name="Replacements">The paths of the fields that replace it.</param>
/// <param name="Expand">What it is turned into.</param>
internal sealed record ShorthandField(
    string Name, FieldSchema Field, bool IsDeprecated, IReadOnlyList<IReadOnlyList<string>> Replacements, Shorthand Expand);
