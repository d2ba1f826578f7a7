using FluentMigrator.Runner.Generators.Postgres;
using FluentMigrator.Runner.Processors.Postgres;
using Migrations.Dsl;

namespace Migrations.Compiling;

/// <summary>
/// Quotes names, and writes the gateway's schema in front of them. FluentMigrator's own writes "public" where nothing is said, and takes a
/// name that begins and ends with a quote for one that is quoted.
/// </summary>
internal sealed class GatewayQuoter(GatewaySchema schema) : PostgresQuoter(new PostgresOptions { ForceQuote = true })
{
    public override string QuoteSchemaName(string schemaName) =>
        string.IsNullOrEmpty(schemaName) ? schema.Identifier : base.QuoteSchemaName(schemaName);
}
