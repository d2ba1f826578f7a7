namespace Migrations.Compiling;

/// <summary>One SQL statement of a migration, without a semicolon at its end.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="RewritesRows">Whether it changes existing rows instead of the schema: such a statement runs only once.</param>
public sealed record Statement(string Sql, bool RewritesRows = false);
