namespace Migrator.Display;

/// <summary>Quotes text for commands that a user pastes into a shell.</summary>
internal static class ShellText
{
    /// <summary>What messages call a kong.conf that is read from standard input.</summary>
    public const string StandardInput = "standard input";

    /// <summary>Quotes a word for a shell, in single quotes, if it contains a character that a shell may interpret.</summary>
    /// <param name="word">The word, for example a path.</param>
    public static string Word(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@%+=,".Contains(c))
        ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>The value of <c>-c</c> in a command: the path of kong.conf, or how to pass it on standard input.</summary>
    /// <param name="file">The path, or <c>-</c>, or what messages call it then.</param>
    public static string Conf(string file) => file is "-" or StandardInput ? "- < kong.conf" : Word(file);
}
