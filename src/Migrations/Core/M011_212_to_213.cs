namespace Migrations.Core;

/// <summary>Does nothing on PostgreSQL but is recorded in the ledger: Kong changes only Cassandra here.</summary>
[KongMigration("core", 11, "011_212_to_213", "2.1.3")]
public sealed class M011_212_to_213 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }
}
