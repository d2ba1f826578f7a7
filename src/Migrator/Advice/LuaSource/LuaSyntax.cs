using System.Collections.Frozen;

namespace Migrator.Advice.LuaSource;

/// <summary>Checks the syntax of Lua source, as LuaJIT's compiler does.</summary>
internal sealed class LuaSyntax
{
    // LuaJIT's limit is 200. A deeper source is not judged.
    private const int MaxDepth = 150;

    // Left and right priority; where the right one is lower, the operator is right associative.
    private static readonly FrozenDictionary<string, (int Left, int Right)> Operators =
        new Dictionary<string, (int Left, int Right)>(StringComparer.Ordinal)
        {
            ["or"] = (1, 1),
            ["and"] = (2, 2),
            ["<"] = (3, 3),
            [">"] = (3, 3),
            ["<="] = (3, 3),
            [">="] = (3, 3),
            ["~="] = (3, 3),
            ["=="] = (3, 3),
            [".."] = (5, 4),
            ["+"] = (6, 6),
            ["-"] = (6, 6),
            ["*"] = (7, 7),
            ["/"] = (7, 7),
            ["%"] = (7, 7),
            ["^"] = (10, 9),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private const int UnaryPriority = 8;

    private readonly LuaLexer lexer;
    private LuaToken token;
    private LuaToken? ahead;
    private int depth;
    private int loops;
    private bool isVararg = true;

    private LuaSyntax(string source)
    {
        lexer = new LuaLexer(source);
        token = lexer.Next();
    }

    /// <summary>Checks source.</summary>
    /// <returns>The compiler's message; null if the source is valid, or if that is not known.</returns>
    public static string? Check(string source)
    {
        try
        {
            var syntax = new LuaSyntax(source);
            syntax.Block();
            syntax.ExpectEnd();
            return null;
        }
        catch (LuaSyntaxException e)
        {
            return e.Problem;
        }
    }

    private void ExpectEnd()
    {
        if (token.Kind is not LuaTokenKind.End)
        {
            throw Expected("<eof>");
        }
    }

    private void Block()
    {
        Enter();
        while (!IsBlockEnd())
        {
            if (Accept("return"))
            {
                if (!IsBlockEnd() && !token.Is(";"))
                {
                    ExpressionList();
                }

                Accept(";");
                break;
            }

            Statement();
        }

        depth--;
    }

    private void Statement()
    {
        switch (token)
        {
            case { Kind: LuaTokenKind.Sign, Text: ";" }:
                Advance();
                break;
            case { Kind: LuaTokenKind.Sign, Text: "::" }:
                Advance();
                Name();
                Expect("::");
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "if" }:
                If();
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "while" }:
                Advance();
                Expression();
                Expect("do");
                Loop();
                Expect("end");
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "do" }:
                Advance();
                Block();
                Expect("end");
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "for" }:
                For();
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "repeat" }:
                Advance();
                Loop();
                Expect("until");
                Expression();
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "function" }:
                Advance();
                FunctionName();
                FunctionBody();
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "local" }:
                Local();
                break;
            case { Kind: LuaTokenKind.Keyword, Text: "break" }:
                Break();
                break;
            case { Kind: LuaTokenKind.Name, Text: "goto" } when Ahead().Kind is LuaTokenKind.Name:
                Advance();
                Name();
                break;
            default:
                CallOrAssignment();
                break;
        }
    }

    private void If()
    {
        Advance();
        Expression();
        Expect("then");
        Block();
        while (Accept("elseif"))
        {
            Expression();
            Expect("then");
            Block();
        }

        if (Accept("else"))
        {
            Block();
        }

        Expect("end");
    }

    private void For()
    {
        Advance();
        Name();
        if (Accept("="))
        {
            Expression();
            Expect(",");
            Expression();
            if (Accept(","))
            {
                Expression();
            }
        }
        else
        {
            while (Accept(","))
            {
                Name();
            }

            if (!token.Is("in"))
            {
                throw lexer.Error($"'=' or 'in' expected near '{token.Text}'");
            }

            Advance();
            ExpressionList();
        }

        Expect("do");
        Loop();
        Expect("end");
    }

    private void Break()
    {
        if (loops == 0)
        {
            throw lexer.Error($"break outside a loop at line {lexer.Line}");
        }

        Advance();
    }

    private void Loop()
    {
        loops++;
        Block();
        loops--;
    }

    private void FunctionName()
    {
        Name();
        while (Accept("."))
        {
            Name();
        }

        if (Accept(":"))
        {
            Name();
        }
    }

    private void Local()
    {
        Advance();
        if (Accept("function"))
        {
            Name();
            FunctionBody();
            return;
        }

        do
        {
            Name();
        }
        while (Accept(","));
        if (Accept("="))
        {
            ExpressionList();
        }
    }

    private void CallOrAssignment()
    {
        var isCall = Suffixed();
        if (token.Is("=") || token.Is(","))
        {
            if (isCall)
            {
                throw SyntaxError();
            }

            while (Accept(","))
            {
                if (Suffixed())
                {
                    throw SyntaxError();
                }
            }

            Expect("=");
            ExpressionList();
        }
        else if (!isCall)
        {
            // LuaJIT reads what is no call as the start of an assignment.
            throw Expected("=");
        }
    }

    // Returns whether it ends with a call.
    private bool Suffixed()
    {
        Enter();
        var isCall = false;
        if (Accept("("))
        {
            Expression();
            Expect(")");
        }
        else if (token.Kind is LuaTokenKind.Name)
        {
            Advance();
        }
        else
        {
            throw lexer.Error($"unexpected symbol near '{token.Text}'");
        }

        while (true)
        {
            if (Accept("."))
            {
                Name();
                isCall = false;
            }
            else if (Accept("["))
            {
                Expression();
                Expect("]");
                isCall = false;
            }
            else if (Accept(":"))
            {
                Name();
                Arguments();
                isCall = true;
            }
            else if (token.Kind is LuaTokenKind.String || token.Is("(") || token.Is("{"))
            {
                Arguments();
                isCall = true;
            }
            else
            {
                depth--;
                return isCall;
            }
        }
    }

    private void Arguments()
    {
        if (token.Kind is LuaTokenKind.String)
        {
            Advance();
        }
        else if (token.Is("{"))
        {
            Table();
        }
        else if (Accept("("))
        {
            if (!token.Is(")"))
            {
                ExpressionList();
            }

            Expect(")");
        }
        else
        {
            throw lexer.Error($"function arguments expected near '{token.Text}'");
        }
    }

    private void Table()
    {
        Enter();
        Expect("{");
        while (!token.Is("}"))
        {
            if (Accept("["))
            {
                Expression();
                Expect("]");
                Expect("=");
            }
            else if (token.Kind is LuaTokenKind.Name && Ahead().Is("="))
            {
                Advance();
                Advance();
            }

            Expression();
            if (!Accept(",") && !Accept(";"))
            {
                break;
            }
        }

        Expect("}");
        depth--;
    }

    private void ExpressionList()
    {
        do
        {
            Expression();
        }
        while (Accept(","));
    }

    private void Expression(int limit = 0)
    {
        Enter();
        if (token.Is("not") || token.Is("-") || token.Is("#"))
        {
            Advance();
            Expression(UnaryPriority);
        }
        else
        {
            SimpleExpression();
        }

        while (token.Kind is LuaTokenKind.Sign or LuaTokenKind.Keyword
            && Operators.TryGetValue(token.Text, out var priority) && priority.Left > limit)
        {
            Advance();
            Expression(priority.Right);
        }

        depth--;
    }

    private void SimpleExpression()
    {
        if (token.Kind is LuaTokenKind.Number or LuaTokenKind.String || token.Is("nil") || token.Is("true") || token.Is("false"))
        {
            Advance();
        }
        else if (token.Is("..."))
        {
            if (!isVararg)
            {
                throw lexer.Error("cannot use '...' outside a vararg function near '...'");
            }

            Advance();
        }
        else if (token.Is("{"))
        {
            Table();
        }
        else if (Accept("function"))
        {
            FunctionBody();
        }
        else
        {
            Suffixed();
        }
    }

    private void FunctionBody()
    {
        var (outer, outerLoops) = (isVararg, loops);
        (isVararg, loops) = (false, 0);
        Expect("(");
        if (!token.Is(")"))
        {
            do
            {
                if (Accept("..."))
                {
                    isVararg = true;
                    break;
                }

                Name();
            }
            while (Accept(","));
        }

        Expect(")");
        Block();
        Expect("end");
        (isVararg, loops) = (outer, outerLoops);
    }

    private void Name()
    {
        if (token.Kind is not LuaTokenKind.Name)
        {
            throw Expected("<name>");
        }

        Advance();
    }

    private bool IsBlockEnd() =>
        token.Kind is LuaTokenKind.End || token.Is("end") || token.Is("else") || token.Is("elseif") || token.Is("until");

    private LuaToken Ahead() => ahead ??= lexer.Next();

    private void Advance()
    {
        token = ahead ?? lexer.Next();
        ahead = null;
    }

    private bool Accept(string text)
    {
        if (!token.Is(text))
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Expect(string text)
    {
        if (!Accept(text))
        {
            throw Expected(text);
        }
    }

    private LuaSyntaxException Expected(string text) => lexer.Error($"'{text}' expected near '{token.Text}'");

    private LuaSyntaxException SyntaxError() => lexer.Error($"syntax error near '{token.Text}'");

    private void Enter()
    {
        if (++depth > MaxDepth)
        {
            throw new LuaSyntaxException(null);
        }
    }
}
