using FluentMigrator.Runner.Generators.Postgres;
using FluentMigrator.Runner.Processors.Postgres;

namespace Migrations.Compiling;

/// <summary>Quotes names and qualifies them with the gateway's schema.</summary>
/// <remarks>
/// FluentMigrator's own quoter writes "public" where no schema is given, and treats a name that begins and ends with a quote as already
/// quoted.
/// </remarks>
internal sealed class GatewayQuoter(GatewaySchema schema) : PostgresQuoter(new PostgresOptions { ForceQuote = true })
{
    public override string QuoteSchemaName(string schemaName) =>
        string.IsNullOrEmpty(schemaName) ? schema.Identifier : base.QuoteSchemaName(schemaName);
}
