namespace Migrations.Dsl;

/// <summary>
/// How a rewrite tells how far it is: a remark of level INFO, which PostgreSQL sends at once and to every client (manual, 43.9), under a
/// code of our own. Its message is the number of rows that are done since the last one.
/// </summary>
public static class RewriteProgress
{
    /// <summary>The SQLSTATE of such a remark.</summary>
    public const string SqlState = "KM100";

    /// <summary>A statement that changes rows, with a remark on their number when it is done.</summary>
    internal static string Counted(string sql) =>
        $"""
        DO $rewrite$
        DECLARE
          rows_done bigint;
        BEGIN
          {sql};
          GET DIAGNOSTICS rows_done = ROW_COUNT;
          RAISE INFO USING ERRCODE = '{SqlState}', MESSAGE = rows_done;
        END
        $rewrite$
        """;
}
