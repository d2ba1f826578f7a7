namespace Migrations.Plugins.Acme;

/// <summary>Adds an index that finds expired rows.</summary>
[KongMigration("acme", 1, "001_280_to_300", "3.0.0")]
public sealed class M001_280_to_300 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Index("acme_storage_ttl_idx").OnTable("acme_storage").OnColumn("ttl");
}
