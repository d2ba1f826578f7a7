namespace Migrator.Advice.LuaSource;

/// <summary>Checks the templates of request-transformer: Lua expressions in <c>$(...)</c>.</summary>
internal static class LuaTemplate
{
    /// <summary>Checks the expressions in a text.</summary>
    /// <returns>The compiler's message; null if they are valid, or if that is not known.</returns>
    public static string? Check(string text)
    {
        var start = 0;
        while ((start = text.IndexOf("$(", start, StringComparison.Ordinal)) >= 0)
        {
            var end = Close(text, start + 1);
            if (end < 0)
            {
                start += 2;
                continue;
            }

            if (LuaSyntax.Check("return " + text[(start + 1)..(end + 1)]) is { } problem)
            {
                return problem;
            }

            start = end + 1;
        }

        return null;
    }

    // The closing parenthesis; Lua counts them without a look at quotes.
    private static int Close(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }
}
