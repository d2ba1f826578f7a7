using FluentMigrator.Runner.Generators.Postgres;
using FluentMigrator.Runner.Processors.Postgres;

namespace Migrator.Running.Compiling;

/// <summary>
/// Quotes names, and writes no schema in front of them: the gateway's schema is the only one in the transaction's search_path.
/// FluentMigrator's own writes "public" where nothing is said.
/// </summary>
internal sealed class UnqualifiedQuoter() : PostgresQuoter(new PostgresOptions { ForceQuote = true })
{
    public override string QuoteSchemaName(string schemaName) =>
        string.IsNullOrEmpty(schemaName) ? "" : base.QuoteSchemaName(schemaName);
}
