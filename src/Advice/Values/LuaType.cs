namespace Migrator.Advice.Values;

/// <summary>The types of Lua, as its errors name them.</summary>
internal static class LuaType
{
    /// <summary>The type of a value; null if it is missing.</summary>
    public static string Of(object? value) => value switch
    {
        null => "nil",
        Null => "userdata",
        bool => "boolean",
        double => "number",
        KongTable => "table",
        _ => "string",
    };
}
