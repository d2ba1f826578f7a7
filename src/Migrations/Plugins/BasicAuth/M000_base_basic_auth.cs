using System.Data;

namespace Migrations.Plugins.BasicAuth;

/// <summary>Creates the table of user names and passwords of consumers.</summary>
[KongMigration("basic-auth", 0, "000_base_basic_auth", "1.0.0")]
public sealed class M000_base_basic_auth : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("basicauth_credentials")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("consumer_id").AsGuid().References("consumers", onDelete: Rule.Cascade)
            .WithColumn("username").AsString().UniqueKey()
            .WithColumn("password").AsString();
        Create.Index("basicauth_consumer_id_idx").OnTable("basicauth_credentials").OnColumn("consumer_id");
    }
}
