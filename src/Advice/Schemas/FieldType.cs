namespace Migrator.Advice.Schemas;

/// <summary>The types of Kong's fields.</summary>
internal enum FieldType
{
    /// <summary>Of no type: only the other rules count.</summary>
    Any,

    /// <summary>A text.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A number without a fraction.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A list.</summary>
    Array,

    /// <summary>A list in which each value counts once.</summary>
    Set,

    /// <summary>An object with any names.</summary>
    Map,

    /// <summary>An object with known names.</summary>
    Record,

    /// <summary>A reference to another entity.</summary>
    Foreign,

    /// <summary>JSON with a schema of its own, which is not checked here.</summary>
    Json,
}
