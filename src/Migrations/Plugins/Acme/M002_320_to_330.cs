namespace Migrations.Plugins.Acme;

/// <summary>Adds a trigger that deletes expired rows.</summary>
[KongMigration("acme", 2, "002_320_to_330", "3.3.0")]
public sealed class M002_320_to_330 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Triggers.DeleteExpiredRows("acme_storage", by: "ttl");
}
