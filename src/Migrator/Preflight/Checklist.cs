using Migrator.Display;
namespace Migrator.Preflight;

/// <summary>Collects the check results of one connection, in the order of the checks.</summary>
/// <param name="connection">The connection: <c>rw</c>, <c>ro</c> or empty.</param>
internal sealed class Checklist(string connection)
{
    private readonly List<CheckItem> items = [];

    /// <summary>The results so far.</summary>
    public IReadOnlyList<CheckItem> Items => items;

    /// <summary>Adds a precondition that is met.</summary>
    public void Met(string name, string text) => items.Add(new(connection, name, CheckVerdict.Met, text));

    /// <summary>Adds a precondition that is not met.</summary>
    public void NotMet(string name, string text, string remedy) =>
        items.Add(new(connection, name, CheckVerdict.NotMet, text, DisplayText.Sql(remedy)));

    /// <summary>Adds a precondition that is met, with a change to make.</summary>
    public void Warning(string name, string text, string remedy) =>
        items.Add(new(connection, name, CheckVerdict.Warning, text, DisplayText.Sql(remedy)));

    /// <summary>Adds a precondition that is not met, described by an error.</summary>
    public void NotMet(string name, MigratorException error) =>
        NotMet(name, error.Cause is { } cause ? $"{error.Message} {cause}" : error.Message, error.Remedy);

    /// <summary>Turns a precondition that looked as if it were not met into a warning, because a later check shows the opposite.</summary>
    /// <param name="name">The name of the check. If there is none that is not met, nothing changes.</param>
    /// <param name="proof">What shows the opposite, as a clause.</param>
    public void Accept(string name, string proof)
    {
        var at = items.FindIndex(i => i.Name == name && i.Verdict == CheckVerdict.NotMet);
        if (at >= 0)
        {
            items[at] = items[at] with { Verdict = CheckVerdict.Warning, Text = $"{items[at].Text}; {proof}" };
        }
    }

    /// <summary>Adds a precondition that could not be checked.</summary>
    public void NotTested(string name, string text, string? remedy = null) =>
        items.Add(new(connection, name, CheckVerdict.NotTested, text, remedy is null ? null : DisplayText.Sql(remedy)));

    /// <summary>Runs a check, and adds its result or its error.</summary>
    /// <returns>What was found; null if the precondition is not met.</returns>
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
