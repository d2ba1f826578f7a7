namespace Migrator.Display;

/// <summary>What the scripts for psql have in common.</summary>
internal static class PsqlScript
{
    /// <summary>
    /// The first lines of a script, which let it mean the same whatever psql's settings are, and the encoding and the string constants of
    /// the session. They come before the first name or constant.
    /// </summary>
    public const string Header =
        """
        \set ON_ERROR_STOP on
        \set ON_ERROR_ROLLBACK off
        \set AUTOCOMMIT on
        \set SINGLELINE off
        \encoding UTF8
        SET standard_conforming_strings = on;
        """;

    /// <summary>Whether a script can be printed as it is. A name with a character that hides or reorders others would be escaped.</summary>
    public static bool IsPrintable(string script) => DisplayText.Escape(script) == script;
}
