using FluentMigrator;

namespace Migrations.Dsl;

/// <summary>
/// Kong's defaults for timestamps: the UTC wall clock, cut to a precision. The columns are <c>timestamptz</c>, so PostgreSQL reads that
/// clock in the session's time zone; Kong's sessions, and ours, are in UTC.
/// </summary>
public static class UtcNow
{
    /// <summary>Whole seconds.</summary>
    public static readonly RawSql Seconds = RawSql.Insert("(CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC')");

    /// <summary>Milliseconds.</summary>
    public static readonly RawSql Milliseconds = RawSql.Insert("(CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC')");
}
