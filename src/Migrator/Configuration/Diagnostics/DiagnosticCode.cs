namespace Migrator.Configuration.Diagnostics;

/// <summary>
/// The codes of warnings: stable names for scripts. The source of the list is the policy that nothing is misunderstood in silence.
/// </summary>
internal static class DiagnosticCode
{
    /// <summary>A value ends at a <c>#</c> that was probably meant to be part of it.</summary>
    public const string CommentCut = "comment-cut";

    /// <summary>Quotes are part of the value.</summary>
    public const string QuotesKept = "quotes-kept";

    /// <summary>Text that looks like a number became that number's usual form.</summary>
    public const string NumberRewritten = "number-rewritten";

    /// <summary>A switch that is none of on, off, true and false.</summary>
    public const string NotASwitch = "not-a-boolean";

    /// <summary>A number that is none.</summary>
    public const string NotANumber = "not-a-number";

    /// <summary>A key that no gateway knows, close to one that it does.</summary>
    public const string UnknownKey = "unknown-key";

    /// <summary>A known key in the wrong case.</summary>
    public const string WrongCase = "wrong-case";

    /// <summary>A key that is given more than once.</summary>
    public const string DuplicateKey = "duplicate-key";

    /// <summary>A line that is no setting.</summary>
    public const string NoEquals = "no-equals";

    /// <summary>A setting that a backslash made part of the one above.</summary>
    public const string SwallowedLine = "swallowed-line";

    /// <summary>A setting that ends in a backslash at the end of the file, and is lost.</summary>
    public const string LostAtEnd = "lost-at-end";

    /// <summary>Settings behind a section line, all lost.</summary>
    public const string Section = "section";

    /// <summary>A byte order mark that hides the first setting.</summary>
    public const string ByteOrderMark = "bom";

    /// <summary>An empty value that takes a default away.</summary>
    public const string EmptyValue = "empty-value";

    /// <summary>A variable that overrides the file.</summary>
    public const string EnvironmentOverrides = "environment-overrides";

    /// <summary>A carriage return within a line: no end of line to the gateway.</summary>
    public const string CarriageReturn = "carriage-return";

    /// <summary>A value that holds a vault reference but is none.</summary>
    public const string HalfReference = "half-reference";

    /// <summary>A setting that has no effect beside another one.</summary>
    public const string NoEffect = "no-effect";

    /// <summary>Something that the gateway's loader takes and no connection can be made with.</summary>
    public const string CannotConnect = "cannot-connect";
}
