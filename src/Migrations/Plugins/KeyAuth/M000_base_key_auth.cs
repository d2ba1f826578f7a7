using System.Data;

namespace Migrations.Plugins.KeyAuth;

/// <summary>Creates the table of the keys of consumers.</summary>
[KongMigration("key-auth", 0, "000_base_key_auth", "1.0.0")]
public sealed class M000_base_key_auth : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("keyauth_credentials")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("consumer_id").AsGuid().References("consumers", onDelete: Rule.Cascade)
            .WithColumn("key").AsString().UniqueKey();
        Create.Index("keyauth_credentials_consumer_id_idx").OnTable("keyauth_credentials").OnColumn("consumer_id");
    }
}
