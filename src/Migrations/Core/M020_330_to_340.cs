using System.Data;

namespace Migrations.Core;

/// <summary>Adds chains of WebAssembly filters, and drops the table of expiry times, unused since 1.0.</summary>
[KongMigration("core", 20, "020_330_to_340", "3.4.0")]
public sealed class M020_330_to_340 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Delete.Table("ttls");

        Create.Table("filter_chains")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("enabled").AsBoolean().WithDefaultValue(true)
            .WithColumn("route_id").AsGuid().References("routes", onDelete: Rule.Cascade)
            .WithColumn("service_id").AsGuid().References("services", onDelete: Rule.Cascade)
            .WithColumn("ws_id").AsGuid().References("workspaces", onDelete: Rule.Cascade)
            .WithColumn("cache_key").AsString().UniqueKey()
            .WithColumn("filters").AsJsonbArray()
            .WithColumn("tags").AsTextArray()
            .WithColumn("created_at").AsTimestamp()
            .WithColumn("updated_at").AsTimestamp();

        // Kong: each of these keys exists twice, as a constraint and as an index.
        Create.Index("filter_chains_name_idx").OnTable("filter_chains").OnColumn("name").Unique();
        Create.Index("filter_chains_cache_key_idx").OnTable("filter_chains").OnColumn("cache_key").Unique();
        Tags.Sync("filter_chains");
    }
}
