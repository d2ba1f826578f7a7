namespace Migrations.Core;

/// <summary>Adds remote procedure calls between control plane and data planes.</summary>
[KongMigration("core", 23, "023_360_to_370", "3.7.0")]
public sealed class M023_360_to_370 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("clustering_rpc_requests")
            .WithColumn("id").AsInt64().PrimaryKey().Identity()
            .WithColumn("node_id").AsGuid().NotNullable()
            .WithColumn("reply_to").AsGuid().NotNullable()
            .WithColumn("ttl").AsTimestamp().NotNullable()
            .WithColumn("payload").AsJson().NotNullable();
        Create.Index("clustering_rpc_requests_node_id_idx").OnTable("clustering_rpc_requests").OnColumn("node_id");

        Create.Column("rpc_capabilities").OnTable("clustering_data_planes").AsTextArray();
    }
}
