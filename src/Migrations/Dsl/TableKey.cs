using System.Data;

namespace Migrations.Dsl;

/// <summary>
/// A key or check that is written inside <c>CREATE TABLE</c> or <c>ADD COLUMN</c>, without a name, so that PostgreSQL gives it the name
/// Kong's has (<c>routes_name_key</c>, <c>routes_service_id_fkey</c>), and so that a table that exists already is left alone: Kong's
/// later migrations drop some of these keys, and adding them again would undo that.
/// </summary>
public abstract record TableKey
{
    /// <summary>Where a column's keys are kept until the SQL is written (FluentMigrator's <c>AdditionalFeatures</c>).</summary>
    public const string Feature = "Migrations.TableKeys";
}

/// <summary><c>UNIQUE (columns)</c></summary>
/// <param name="Columns">The columns, in order.</param>
public sealed record UniqueTableKey(IReadOnlyList<string> Columns) : TableKey;

/// <summary><c>FOREIGN KEY (column) REFERENCES table (key)</c></summary>
/// <param name="Column">The referencing column.</param>
/// <param name="Table">The table referred to.</param>
/// <param name="Key">The column referred to.</param>
/// <param name="OnDelete">What happens to this row when that one is deleted.</param>
public sealed record ForeignTableKey(string Column, string Table, string Key, Rule OnDelete) : TableKey;

/// <summary><c>CHECK (condition)</c></summary>
/// <param name="Condition">The condition, as SQL.</param>
public sealed record TableCheck(string Condition) : TableKey;
