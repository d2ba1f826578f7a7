namespace Migrations.Dsl;

/// <summary>The progress notices of a rewrite.</summary>
/// <remarks>
/// A notice has level INFO, which PostgreSQL sends to every client immediately (PostgreSQL 17, 41.9), and migrator's own SQLSTATE. Its
/// message is the number of rows rewritten since the previous notice.
/// </remarks>
public static class RewriteProgress
{
    /// <summary>The SQLSTATE of a progress notice.</summary>
    public const string SqlState = "KM100";

    /// <summary>Wraps a statement that changes rows, so that a progress notice with their number follows it.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="watched">What to do besides where triggers or rules could discard what it writes.</param>
    internal static string Counted(string sql, WatchedStatement watched) =>
        $"""
        DO $rewrite$
        DECLARE
          is_watched boolean := {watched.IsNeeded};
          ids uuid[];
          digests int[];
          rows_done bigint;
          rows_lost bigint;
        BEGIN
          IF is_watched THEN
            {watched.Before}
          END IF;
          {sql};
          GET DIAGNOSTICS rows_done = ROW_COUNT;
          IF is_watched THEN
            {watched.After}
          END IF;
          RAISE INFO USING ERRCODE = '{SqlState}', MESSAGE = rows_done;
        END
        $rewrite$
        """;
}
