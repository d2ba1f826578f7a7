using FluentMigrator;

namespace Migrations.Dsl;

/// <summary>Kong's defaults for timestamps: the current time in UTC, rounded to a precision.</summary>
/// <remarks>
/// AT TIME ZONE yields a time without a zone. Because the columns are <c>timestamptz</c>, PostgreSQL interprets it in the session's time
/// zone, which is UTC in Kong's and in migrator's sessions.
/// </remarks>
public static class UtcNow
{
    /// <summary>Whole seconds.</summary>
    public static readonly RawSql Seconds = RawSql.Insert("(CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC')");

    /// <summary>Milliseconds.</summary>
    public static readonly RawSql Milliseconds = RawSql.Insert("(CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC')");
}
