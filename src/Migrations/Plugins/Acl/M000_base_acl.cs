using System.Data;

namespace Migrations.Plugins.Acl;

/// <summary>Creates the table of the groups of consumers.</summary>
[KongMigration("acl", 0, "000_base_acl", "1.0.0")]
public sealed class M000_base_acl : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("acls")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("consumer_id").AsGuid().References("consumers", onDelete: Rule.Cascade)
            .WithColumn("group").AsString()
            .WithColumn("cache_key").AsString().UniqueKey();
        Create.Index("acls_consumer_id_idx").OnTable("acls").OnColumn("consumer_id");
        Create.Index("acls_group_idx").OnTable("acls").OnColumn("group");
    }
}
