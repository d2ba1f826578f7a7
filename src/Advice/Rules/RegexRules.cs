using Migrator.Advice.Syntax;

namespace Migrator.Advice.Rules;

/// <summary>Regular expressions of plugins.</summary>
internal static class RegexRules
{
    /// <summary>An origin of cors: an asterisk or a regular expression.</summary>
    public static string? Origin(object value) =>
        value is "*" || GatewayLibraries.CheckRegex((string)value) is null ? null : $"'{value}' is not a valid regex";
}
