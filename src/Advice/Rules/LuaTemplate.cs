using Migrator.Advice.Syntax;

namespace Migrator.Advice.Rules;

/// <summary>Checks the templates of request-transformer: Lua expressions in <c>$(...)</c>.</summary>
internal static class LuaTemplate
{
    /// <summary>Checks the expressions in a text.</summary>
    /// <returns>The compiler's message; null if they are valid, or if that is not known.</returns>
    public static string? Check(string text)
    {
        var start = text.IndexOf("$(", StringComparison.Ordinal);
        var ends = start < 0 ? null : Pairs(text);
        for (; start >= 0; start = text.IndexOf("$(", start, StringComparison.Ordinal))
        {
            if (!ends!.TryGetValue(start + 1, out var end))
            {
                start += 2;
                continue;
            }

            // The gateway makes a function of it.
            var source = $"return function() return {text[(start + 1)..(end + 1)]};end";
            if (GatewayLibraries.CheckLua(source, "=[string \"TMP\"]") is { } diagnostic)
            {
                return diagnostic;
            }

            start = end + 1;
        }

        return null;
    }

    // The closing parenthesis of each opening one; Lua counts them without a look at quotes.
    private static Dictionary<int, int> Pairs(string text)
    {
        var (ends, open) = (new Dictionary<int, int>(), new Stack<int>());
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '(')
            {
                open.Push(i);
            }
            else if (text[i] == ')' && open.TryPop(out var start))
            {
                ends[start] = i;
            }
        }

        return ends;
    }
}
