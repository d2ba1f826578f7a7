namespace Migrator.Advice;

/// <summary>One thing that the next gateway says, or does, about a row.</summary>
/// <param name="Table">The table.</param>
/// <param name="Id">The primary key of the row; null if it has none.</param>
/// <param name="Name">What the row is called; null if it has no name.</param>
/// <param name="Field">The path of the field, such as <c>config.redis.host</c>; <c>@entity</c> for several; null for the row.</param>
/// <param name="Effect">What it leads to.</param>
/// <param name="Message">What the gateway says.</param>
/// <param name="Why">The reason.</param>
/// <param name="Remedy">A command that corrects the row.</param>
internal sealed record Finding(
    string Table, string? Id, string? Name, string? Field, Effect Effect, string Message, string Why, string Remedy)
{
    /// <summary>The number of characters.</summary>
    public int Length => Message.Length + Why.Length + Remedy.Length;
}
