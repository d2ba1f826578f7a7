using System.Text;

namespace Migrator.Iam.Aws;

/// <summary>Splits text into words by the quoting rules of a POSIX shell, without its expansions, as the AWS CLI does.</summary>
internal static class ShellWords
{
    /// <summary>The words; null if a quote does not end.</summary>
    public static IReadOnlyList<string>? Split(string text)
    {
        List<string> words = [];
        StringBuilder? word = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                if (word is not null)
                {
                    words.Add(word.ToString());
                    word = null;
                }

                continue;
            }

            word ??= new StringBuilder();
            if (c == '\\')
            {
                if (++i == text.Length)
                {
                    return null;
                }

                word.Append(text[i]);
            }
            else if (c is '\'' or '"')
            {
                if (Quoted(text, i, word) is not { } end)
                {
                    return null;
                }

                i = end;
            }
            else
            {
                word.Append(c);
            }
        }

        return word is null ? words : [.. words, word.ToString()];
    }

    /// <summary>Appends the text in quotes; returns the position of the closing quote, or null if there is none.</summary>
    private static int? Quoted(string text, int start, StringBuilder word)
    {
        var quote = text[start];
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                return i;
            }

            // Between double quotes a backslash is literal unless it escapes a quote or a backslash.
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\')
            {
                i++;
            }

            word.Append(text[i]);
        }

        return null;
    }
}
