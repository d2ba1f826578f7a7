namespace Migrations.Plugins.OAuth2;

/// <summary>Does nothing on PostgreSQL but is recorded in the ledger: Kong changes only Cassandra here.</summary>
[KongMigration("oauth2", 5, "005_210_to_211", "2.1.1")]
public sealed class M005_210_to_211 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }
}
