using System.Data;

namespace Migrations.Core;

/// <summary>Adds keys and key sets.</summary>
[KongMigration("core", 17, "017_300_to_310", "3.1.0")]
public sealed class M017_300_to_310 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("key_sets")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("tags").AsTextArray()
            .WithColumn("ws_id").AsGuid().References("workspaces")
            .WithColumn("created_at").AsTimestamp()
            .WithColumn("updated_at").AsTimestamp();
        Tags.Sync("key_sets");

        Create.Table("keys")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("set_id").AsGuid().References("key_sets", onDelete: Rule.Cascade)
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("cache_key").AsString().UniqueKey()
            .WithColumn("ws_id").AsGuid().References("workspaces")
            .WithColumn("kid").AsString().UniqueKey("kid", "set_id")
            .WithColumn("jwk").AsString()
            .WithColumn("pem").AsJsonb()
            .WithColumn("tags").AsTextArray()
            .WithColumn("created_at").AsTimestamp()
            .WithColumn("updated_at").AsTimestamp();
        Create.Index("keys_fkey_key_sets").OnTable("keys").OnColumn("set_id");
        Tags.Sync("keys");

        Create.Column("use_srv_name").OnTable("upstreams").AsBoolean().WithDefaultValue(false);
    }
}
