using Migrator.Errors;

namespace Migrator.Preflight;

/// <summary>The items of one connection, in the order in which they were looked at.</summary>
/// <param name="connection">The connection: <c>rw</c>, <c>ro</c> or empty.</param>
internal sealed class Checklist(string connection)
{
    private readonly List<CheckItem> items = [];

    /// <summary>What was looked at.</summary>
    public IReadOnlyList<CheckItem> Items => items;

    /// <summary>Notes a precondition that is met.</summary>
    public void Met(string name, string text) => items.Add(new(connection, name, CheckVerdict.Met, text));

    /// <summary>Notes one that is not.</summary>
    public void NotMet(string name, string text, string remedy) => items.Add(new(connection, name, CheckVerdict.NotMet, text, remedy));

    /// <summary>Notes one that is met, with something that should be changed.</summary>
    public void Warning(string name, string text, string remedy) => items.Add(new(connection, name, CheckVerdict.Warning, text, remedy));

    /// <summary>Notes an error as one that is not met.</summary>
    public void NotMet(string name, MigratorException error) =>
        NotMet(name, error.Cause is { } cause ? $"{error.Message} {cause}" : error.Message, error.Remedy);

    /// <summary>Notes one that can't be seen from here.</summary>
    public void Unseen(string name, string text, string? remedy = null) =>
        items.Add(new(connection, name, CheckVerdict.Unseen, text, remedy));

    /// <summary>Looks at one.</summary>
    /// <returns>What was found; null where the precondition is not met.</returns>
    public async Task<T?> TryAsync<T>(string name, Func<Task<T>> look, Func<T, string> say)
        where T : class
    {
        try
        {
            var found = await look();
            Met(name, say(found));
            return found;
        }
        catch (MigratorException e)
        {
            NotMet(name, e);
            return null;
        }
    }
}
