namespace Migrations.Plugins.Acme;

/// <summary>Creates the table in which the plugin stores keys, certificates and challenges.</summary>
[KongMigration("acme", 0, "000_base_acme", "2.6.0")]
public sealed class M000_base_acme : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Table("acme_storage")
        .WithColumn("id").AsGuid().PrimaryKey()
        .WithColumn("key").AsString().UniqueKey()
        .WithColumn("value").AsString()
        .WithColumn("created_at").AsTimestamp()
        .WithColumn("ttl").AsTimestamp();
}
