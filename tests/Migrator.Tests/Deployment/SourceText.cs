using System.Text;

namespace Migrator.Tests.Deployment;

/// <summary>
/// Reads expressions of C# source: the text of their string literals, with <c>…</c> in the place of each interpolated value.
/// </summary>
/// <param name="source">The source of a file.</param>
internal sealed class SourceText(string source)
{
    private const char Value = '…';

    private int position;

    /// <summary>Reads the arguments of a call.</summary>
    /// <param name="start">The position behind the opening parenthesis.</param>
    public IReadOnlyList<SourceExpression> Arguments(int start)
    {
        position = start;
        var arguments = new List<SourceExpression>();
        do
        {
            arguments.Add(Expression());
        }
        while (source[position++] == ',');

        return arguments;
    }

    /// <summary>Reads the expression at a position, up to the comma, bracket or semicolon that ends it.</summary>
    public SourceExpression ExpressionAt(int start)
    {
        position = start;
        return Expression();
    }

    /// <summary>
    /// Reads every string of the file: a literal with what is added to it. What is added may have strings of its own.
    /// </summary>
    public IReadOnlyList<string> Strings()
    {
        var (strings, added) = (new List<string>(), new HashSet<int>());
        for (position = 0; position < source.Length - 1;)
        {
            if (IsComment())
            {
                position = source.IndexOf('\n', position);
            }
            else if (IsLiteral())
            {
                var isAdded = added.Contains(position);
                var text = new StringBuilder(Literal());
                var end = position;
                if (!isAdded)
                {
                    AddSum(text, added);
                    strings.Add(text.ToString());
                    position = end;
                }
            }
            else if (source[position] == '\'')
            {
                SkipCharacter();
            }
            else
            {
                position++;
            }
        }

        return strings;
    }

    private void AddSum(StringBuilder text, HashSet<int> added)
    {
        while (true)
        {
            SkipBlanks();
            if (source[position] != '+')
            {
                return;
            }

            position++;
            SkipBlanks();
            if (IsLiteral())
            {
                added.Add(position);
                text.Append(Literal());
                continue;
            }

            text.Append(Value);
            for (var depth = 0; depth > 0 || source[position] is not ('+' or ',' or ';' or ')' or ']' or '}' or ':' or '?');)
            {
                if (IsLiteral())
                {
                    Literal();
                    continue;
                }

                var c = source[position++];
                depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            }
        }
    }

    private void SkipBlanks()
    {
        while (char.IsWhiteSpace(source[position]))
        {
            position++;
        }
    }

    private SourceExpression Expression()
    {
        var expression = new SourceExpression();
        for (var depth = 0; ;)
        {
            var c = source[position];
            if (depth == 0 && c is ',' or ';')
            {
                return expression;
            }

            if (IsComment())
            {
                position = source.IndexOf('\n', position);
            }
            else if (IsLiteral())
            {
                expression.Add(Literal(), depth);
            }
            else if (c == '\'')
            {
                SkipCharacter();
            }
            else
            {
                if (c is ')' or ']' or '}' && depth-- == 0)
                {
                    return expression;
                }

                expression.Add(c, depth);
                depth += c is '(' or '[' or '{' ? 1 : 0;
                position++;
            }
        }
    }

    private bool IsComment() => source[position] == '/' && source[position + 1] == '/';

    private bool IsLiteral()
    {
        var at = position;
        while (source[at] is '$' or '@')
        {
            at++;
        }

        return source[at] == '"';
    }

    private void SkipCharacter() => position = source.IndexOf('\'', position + (source[position + 1] == '\\' ? 3 : 2)) + 1;

    private string Literal()
    {
        var (dollars, isVerbatim) = (0, false);
        for (; source[position] != '"'; position++)
        {
            dollars += source[position] == '$' ? 1 : 0;
            isVerbatim |= source[position] == '@';
        }

        var quotes = 1;
        while (source[position + quotes] == '"')
        {
            quotes++;
        }

        if (quotes == 2)
        {
            position += 2;
            return "";
        }

        position += quotes;
        return quotes > 2 ? Raw(new string('"', quotes), dollars) : Usual(dollars > 0, isVerbatim);
    }

    private string Raw(string end, int dollars)
    {
        var text = new StringBuilder();
        var open = new string('{', dollars);
        while (!IsAt(end))
        {
            if (dollars > 0 && IsAt(open))
            {
                position += dollars;
                SkipValue();
                position += dollars;
                text.Append(Value);
            }
            else
            {
                text.Append(source[position++]);
            }
        }

        position += end.Length;
        return text.ToString();
    }

    private string Usual(bool isInterpolated, bool isVerbatim)
    {
        var text = new StringBuilder();
        while (true)
        {
            var (c, next) = (source[position], source[position + 1]);
            if (isVerbatim && c == '"' && next == '"')
            {
                text.Append(c);
                position += 2;
            }
            else if (c == '"')
            {
                position++;
                return text.ToString();
            }
            else if (!isVerbatim && c == '\\')
            {
                text.Append(next == 'n' ? '\n' : next);
                position += 2;
            }
            else if (isInterpolated && c is '{' or '}' && next == c)
            {
                text.Append(c);
                position += 2;
            }
            else if (isInterpolated && c == '{')
            {
                position++;
                SkipValue();
                position++;
                text.Append(Value);
            }
            else
            {
                text.Append(c);
                position++;
            }
        }
    }

    // Up to the brace that ends the value.
    private void SkipValue()
    {
        for (var depth = 0; depth > 0 || source[position] != '}';)
        {
            var c = source[position];
            if (IsLiteral())
            {
                Literal();
            }
            else if (c == '\'')
            {
                SkipCharacter();
            }
            else
            {
                depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
                position++;
            }
        }
    }

    private bool IsAt(string text) => string.CompareOrdinal(source, position, text, 0, text.Length) == 0;
}

/// <summary>An expression of C# source, as far as it makes text.</summary>
internal sealed class SourceExpression
{
    private const string Create = "string.Create(";

    private readonly List<(string? Literal, char Code, int Depth)> parts = [];

    /// <summary>The code of the expression, without its literals.</summary>
    public string Code => string.Concat(parts.Where(p => p.Literal is null).Select(p => p.Code)).Trim();

    /// <summary>Adds a literal.</summary>
    public void Add(string literal, int depth) => parts.Add((literal, default, depth));

    /// <summary>Adds a character of code.</summary>
    public void Add(char code, int depth) => parts.Add((null, code, depth));

    /// <summary>The texts that the expression may be: of a condition each branch, of a sum its parts together.</summary>
    public IReadOnlyList<string> Texts()
    {
        var texts = TextsAt(0);
        return texts.Count == 0 && Code.StartsWith(Create, StringComparison.Ordinal) ? TextsAt(1) : texts;
    }

    private List<string> TextsAt(int depth)
    {
        var texts = new List<string>();
        StringBuilder? text = null;
        var isSum = false;
        foreach (var (literal, code, _) in parts.Where(p => p.Depth == depth))
        {
            if (literal is not null)
            {
                text = (text ?? new StringBuilder()).Append(literal);
                isSum = false;
            }
            else if (code is '?' or ':')
            {
                Add(texts, text);
                text = null;
            }
            else if (code == '+')
            {
                isSum = true;
            }
            else if (isSum && !char.IsWhiteSpace(code))
            {
                text?.Append('…');
                isSum = false;
            }
        }

        Add(texts, text);
        return texts;
    }

    private static void Add(List<string> texts, StringBuilder? text)
    {
        if (text is not null)
        {
            texts.Add(text.ToString());
        }
    }
}
