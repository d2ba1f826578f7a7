namespace Migrations.Compiling;

/// <summary>One SQL statement of a migration, without a semicolon at its end.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="RewritesRows">Whether it changes rows that exist already rather than the schema: such a statement runs once only.</param>
public sealed record Statement(string Sql, bool RewritesRows = false);
