using System.Data;

namespace Migrations.Plugins.HmacAuth;

/// <summary>Creates the table of user names and shared secrets of consumers.</summary>
[KongMigration("hmac-auth", 0, "000_base_hmac_auth", "1.0.0")]
public sealed class M000_base_hmac_auth : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("hmacauth_credentials")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("consumer_id").AsGuid().References("consumers", onDelete: Rule.Cascade)
            .WithColumn("username").AsString().UniqueKey()
            .WithColumn("secret").AsString();
        Create.Index("hmacauth_credentials_consumer_id_idx").OnTable("hmacauth_credentials").OnColumn("consumer_id");
    }
}
