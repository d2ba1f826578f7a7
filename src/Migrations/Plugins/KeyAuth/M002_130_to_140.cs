namespace Migrations.Plugins.KeyAuth;

/// <summary>Adds tags and expiry times to keys.</summary>
[KongMigration("key-auth", 2, "002_130_to_140", "1.4.0")]
public sealed class M002_130_to_140 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Tags.AddTo("keyauth_credentials", "keyauth_tags_idex_tags_idx", named: "keyauth");
        Create.Column("ttl").OnTable("keyauth_credentials").AsTimestamp();
        Create.Index("keyauth_credentials_ttl_idx").OnTable("keyauth_credentials").OnColumn("ttl");
    }
}
