namespace Migrations.Plugins.KeyAuth;

/// <summary>Adds a trigger that deletes expired keys.</summary>
[KongMigration("key-auth", 4, "004_320_to_330", "3.3.0")]
public sealed class M004_320_to_330 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Triggers.DeleteExpiredRows("keyauth_credentials", by: "ttl");
}
