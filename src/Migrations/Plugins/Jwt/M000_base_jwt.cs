using System.Data;

namespace Migrations.Plugins.Jwt;

/// <summary>Creates the table of the keys that verify the tokens of consumers.</summary>
[KongMigration("jwt", 0, "000_base_jwt", "1.0.0")]
public sealed class M000_base_jwt : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("jwt_secrets")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("consumer_id").AsGuid().References("consumers", onDelete: Rule.Cascade)
            .WithColumn("key").AsString().UniqueKey()
            .WithColumn("secret").AsString()
            .WithColumn("algorithm").AsString()
            .WithColumn("rsa_public_key").AsString();
        Create.Index("jwt_secrets_consumer_id_idx").OnTable("jwt_secrets").OnColumn("consumer_id");
        Create.Index("jwt_secrets_secret_idx").OnTable("jwt_secrets").OnColumn("secret");
    }
}
