using Migrations.Model;

namespace Migrations.Compiling;

/// <summary>One SQL statement of a migration, without a semicolon at its end.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="RewritesRows">Whether it changes existing rows instead of the schema: such a statement runs only once.</param>
public sealed record Statement(string Sql, bool RewritesRows = false)
{
    /// <summary>What it changes in the schema and in rows.</summary>
    public IReadOnlyList<SchemaChange> Changes { get; init; } = [];

    /// <summary>A statement that only reads, and gives the warnings that this one gives; null where there are none.</summary>
    public string? Check { get; init; }
}
