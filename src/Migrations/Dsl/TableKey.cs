using System.Data;

namespace Migrations.Dsl;

/// <summary>A key or check that is written inside <c>CREATE TABLE</c> or <c>ADD COLUMN</c>, without a name.</summary>
/// <remarks>
/// PostgreSQL then gives it the name that Kong's has (<c>routes_name_key</c>, <c>routes_service_id_fkey</c>), and an existing table does
/// not get it again: later migrations drop some of these keys, and adding them again would undo that.
/// </remarks>
public abstract record TableKey
{
    /// <summary>The name under which a column's <c>AdditionalFeatures</c> hold its keys until the SQL is written.</summary>
    public const string Feature = "Migrations.TableKeys";
}

/// <summary><c>UNIQUE (columns)</c></summary>
/// <param name="Columns">The columns, in order.</param>
public sealed record UniqueTableKey(IReadOnlyList<string> Columns) : TableKey;

/// <summary><c>FOREIGN KEY (column) REFERENCES table (key)</c></summary>
/// <param name="Column">The referencing column.</param>
/// <param name="Table">The referenced table.</param>
/// <param name="Key">The referenced column.</param>
/// <param name="OnDelete">What happens to the referencing row when the referenced row is deleted.</param>
public sealed record ForeignTableKey(string Column, string Table, string Key, Rule OnDelete) : TableKey;

/// <summary><c>CHECK (condition)</c></summary>
/// <param name="Condition">The condition, as SQL.</param>
public sealed record TableCheck(string Condition) : TableKey;
