namespace Migrator.Locking;

/// <summary>The migration locks of a schema as they were read at one moment.</summary>
/// <param name="Holder">The session that holds the advisory lock, described in one line; null if there is none.</param>
/// <param name="Row">The row of Kong's table <c>locks</c> that has not expired; null if there is none.</param>
/// <param name="TableExists">Whether the table <c>locks</c> exists.</param>
internal sealed record LockState(string? Holder, LockRow? Row, bool TableExists);
