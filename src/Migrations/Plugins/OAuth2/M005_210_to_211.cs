using Migrations.Dsl;

namespace Migrations.Plugins.OAuth2;

/// <summary>Kong: a step for Cassandra only; PostgreSQL gets nothing but the entry in the ledger.</summary>
[KongMigration("oauth2", 5, "005_210_to_211", "2.1.1")]
public sealed class M005_210_to_211 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }
}
