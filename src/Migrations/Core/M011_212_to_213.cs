using Migrations.Dsl;

namespace Migrations.Core;

/// <summary>Kong: a step for Cassandra only; PostgreSQL gets nothing but the entry in the ledger.</summary>
[KongMigration("core", 11, "011_212_to_213", "2.1.3")]
public sealed class M011_212_to_213 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }
}
