namespace Migrations.Core;

/// <summary>Does nothing on PostgreSQL but is recorded in the ledger: Kong changes only Cassandra here.</summary>
[KongMigration("core", 10, "010_210_to_211", "2.1.1")]
public sealed class M010_210_to_211 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }
}
