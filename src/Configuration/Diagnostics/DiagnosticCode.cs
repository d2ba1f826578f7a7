namespace Migrator.Configuration.Diagnostics;

/// <summary>The codes of warnings: stable names for scripts. Each way to misunderstand a configuration without an error has one.</summary>
internal static class DiagnosticCode
{
    /// <summary>A value ends at a <c>#</c> that was probably meant to be part of it.</summary>
    public const string CommentCut = "comment-cut";

    /// <summary>Quotes are part of the value.</summary>
    public const string QuotesKept = "quotes-kept";

    /// <summary>A value has a character that is not seen, or that looks like a space.</summary>
    public const string UnseenCharacter = "unseen-character";

    /// <summary>Text that looks like a number became that number's usual form.</summary>
    public const string NumberRewritten = "number-rewritten";

    /// <summary>A switch that is not on, off, true or false.</summary>
    public const string NotASwitch = "not-a-boolean";

    /// <summary>A value that should be a number and is not.</summary>
    public const string NotANumber = "not-a-number";

    /// <summary>A key that no gateway knows, and that is close to a known one.</summary>
    public const string UnknownKey = "unknown-key";

    /// <summary>A known key in the wrong case.</summary>
    public const string WrongCase = "wrong-case";

    /// <summary>A key that is given more than once.</summary>
    public const string DuplicateKey = "duplicate-key";

    /// <summary>A line that is not a setting.</summary>
    public const string NoEquals = "no-equals";

    /// <summary>A setting that a backslash joined to the line above.</summary>
    public const string SwallowedLine = "swallowed-line";

    /// <summary>A setting that ends in a backslash at the end of the file, and is lost.</summary>
    public const string LostAtEnd = "lost-at-end";

    /// <summary>Settings after a section line, all of them lost.</summary>
    public const string Section = "section";

    /// <summary>A byte order mark that hides the first setting.</summary>
    public const string ByteOrderMark = "bom";

    /// <summary>An empty value that unsets a default.</summary>
    public const string EmptyValue = "empty-value";

    /// <summary>An environment variable that overrides the file.</summary>
    public const string EnvironmentOverrides = "environment-overrides";

    /// <summary>A carriage return within a line, which the gateway does not read as the end of the line.</summary>
    public const string CarriageReturn = "carriage-return";

    /// <summary>A value that contains a vault reference but is not one.</summary>
    public const string HalfReference = "half-reference";

    /// <summary>A value that contains a template, such as <c>${NAME}</c>, that nothing has filled in.</summary>
    public const string UnfilledTemplate = "unfilled-template";

    /// <summary>A password that is a JSON object: the whole secret of a secret store, not its password.</summary>
    public const string JsonPassword = "json-password";

    /// <summary>A time limit, in milliseconds, that was probably meant in seconds.</summary>
    public const string ShortTimeout = "short-timeout";

    /// <summary>A setting that has no effect because of another one.</summary>
    public const string NoEffect = "no-effect";

    /// <summary>No setting of the database is given: the defaults are used.</summary>
    public const string AllDefaults = "all-defaults";

    /// <summary>A setting that the gateway's loader accepts but that no connection can be made with.</summary>
    public const string CannotConnect = "cannot-connect";
}
