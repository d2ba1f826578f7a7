namespace Migrator.Display;

/// <summary>Quotes text for commands that a user pastes into a shell.</summary>
internal static class ShellText
{
    /// <summary>Quotes a word for a shell, in single quotes, if it contains a character that a shell may interpret.</summary>
    /// <param name="word">The word, for example a path.</param>
    public static string Word(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@%+=,".Contains(c))
        ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
