using Migrator.Advice.LuaSource;

namespace Migrator.Advice.Rules;

/// <summary>Lua source in the configuration of plugins. Only its syntax is checked.</summary>
internal static class LuaCodeRules
{
    /// <summary>A function of pre-function or post-function.</summary>
    /// <param name="plugin">The name of the plugin.</param>
    public static ValueRule Function(string plugin) => source =>
        LuaSyntax.Check((string)source) is { } problem ? $"error parsing {plugin}: {problem}" : null;

    /// <summary>An expression of the field <c>custom_fields_by_lua</c> of logging plugins.</summary>
    public static string? CustomField(object value) =>
        LuaSyntax.Check((string)value) is { } problem ? "Error parsing function: " + problem : null;
}
