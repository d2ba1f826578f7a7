namespace Migrator.Display;

/// <summary>Text in commands that are to be pasted into a shell.</summary>
internal static class ShellText
{
    /// <summary>A word as a shell takes it: in single quotes where it has anything in it that a shell reads in its own way.</summary>
    /// <param name="word">The word, for example a path.</param>
    public static string Word(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@%+=,".Contains(c))
        ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
