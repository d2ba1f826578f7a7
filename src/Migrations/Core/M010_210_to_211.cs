using Migrations.Dsl;

namespace Migrations.Core;

/// <summary>Kong: a step for Cassandra only; PostgreSQL gets nothing but the entry in the ledger.</summary>
[KongMigration("core", 10, "010_210_to_211", "2.1.1")]
public sealed class M010_210_to_211 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }
}
