using Migrator.Advice.Syntax;
using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Lua source in the configuration of plugins. Only its syntax is checked.</summary>
internal static class LuaCodeRules
{
    /// <summary>A function of pre-function or post-function.</summary>
    /// <param name="plugin">The name of the plugin.</param>
    public static ValueRule Function(string plugin) => source =>
        GatewayLibraries.CheckLua((string)source) is { } diagnostic ? $"error parsing {plugin}: {diagnostic}" : null;

    /// <summary>The fields of a plugin that have code, or templates with code.</summary>
    public static IEnumerable<string> FindCode(KongTable plugin) => (plugin["name"], plugin["config"]) switch
    {
        ("pre-function" or "post-function", KongTable config) =>
            config.Fields.Where(f => f.Value is KongTable { Items.Count: > 0 }).Select(f => "config." + f.Key),
        ("request-transformer", KongTable config) =>
            config.Fields.Where(f => f.Value is KongTable lists && lists.Fields.Values.Any(HasTemplate)).Select(f => "config." + f.Key),
        (_, KongTable config) when config["custom_fields_by_lua"] is KongTable { Fields.Count: > 0 } => ["config.custom_fields_by_lua"],
        _ => [],
    };

    private static bool HasTemplate(object list) => list is KongTable entries && entries.Items.OfType<string>().Any(e =>
        e.IndexOf("$(", StringComparison.Ordinal) is >= 0 and var start && e.IndexOf(')', start) > 0);

    /// <summary>An expression of the field <c>custom_fields_by_lua</c> of logging plugins.</summary>
    public static string? CustomField(object value)
    {
        // Of bytecode the gateway reads none here.
        var source = (string)value;
        var diagnostic = source is ['\u001b', ..] ? "attempt to load chunk with wrong mode" : GatewayLibraries.CheckLua(source);
        return diagnostic is null ? null : "Error parsing function: " + diagnostic;
    }
}
