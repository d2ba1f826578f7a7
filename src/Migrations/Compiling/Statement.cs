using Migrations.Model;

namespace Migrations.Compiling;

/// <summary>One SQL statement of a migration, without a semicolon at its end.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="RewritesRows">Whether it changes existing rows instead of the schema: such a statement runs only once.</param>
public sealed record Statement(string Sql, bool RewritesRows = false)
{
    /// <summary>The changes that the statement makes to the schema and to rows.</summary>
    public IReadOnlyList<SchemaChange> Changes { get; init; } = [];

    /// <summary>A statement that changes nothing and raises the same warnings; null if there are none.</summary>
    public string? Check { get; init; }

    /// <summary>The rows that it may change or delete; null if there are none.</summary>
    public OldRows? Old { get; init; }
}
