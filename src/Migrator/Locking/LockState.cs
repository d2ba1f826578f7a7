namespace Migrator.Locking;

/// <summary>The locks of a schema as one look at the database saw them.</summary>
/// <param name="Holder">The session that holds the advisory lock, as one line; null where none does.</param>
/// <param name="Row">The row of Kong's table <c>locks</c>, as long as it is good; null where there is none.</param>
/// <param name="TableExists">Whether there is a table <c>locks</c>.</param>
internal sealed record LockState(string? Holder, LockRow? Row, bool TableExists);
