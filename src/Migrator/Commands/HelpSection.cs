namespace Migrator.Commands;

/// <summary>A section of a command's help.</summary>
/// <param name="Title">The title.</param>
/// <param name="Rows">Names, e.g. of options, each with its description.</param>
internal sealed record HelpSection(string Title, IReadOnlyList<(string Name, string Description)> Rows);
