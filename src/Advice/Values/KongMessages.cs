namespace Migrator.Advice.Values;

/// <summary>What Kong says when a row that is there already is refused.</summary>
internal static class KongMessages
{
    /// <summary>A value is missing.</summary>
    public const string Required = "required field missing";

    /// <summary>A field is not in the schema.</summary>
    public const string Unknown = "unknown field";

    /// <summary>A value is missing that another field's rule needs.</summary>
    public const string RequiredForCheck = "field required for entity check when updating";

    /// <summary>The gateway fails on the value: it answers 500.</summary>
    public const string Failure = "An unexpected error occurred";

    /// <summary>A reference without its key.</summary>
    public const string MissingKey = "missing primary key";

    /// <summary>A reference to something else than a UUID.</summary>
    public const string Uuid = "expected a valid UUID";

    /// <summary>A time that is not after 1970.</summary>
    public const string Timestamp = "expected a valid timestamp";

    /// <summary>The message for a value of the wrong type.</summary>
    /// <param name="type">The type, with its article, such as <c>a string</c>.</param>
    public static string Expected(string type) => "expected " + type;

    /// <summary>The names of fields, quoted.</summary>
    public static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"'{n}'"));
}
