using System.Data;
using Migrations.Dsl;

namespace Migrations.Core;

/// <summary>The versions of the configuration, and what changed in each.</summary>
[KongMigration(24, "024_380_to_390", "3.9.0")]
public sealed class M024_380_to_390 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("clustering_sync_version")
            .WithColumn("version").AsInt32().PrimaryKey().Identity();

        Create.Table("clustering_sync_delta")
            .WithColumn("version").AsInt32().NotNullable().References("clustering_sync_version", key: "version", onDelete: Rule.Cascade)
            .WithColumn("type").AsString().NotNullable()
            .WithColumn("pk").AsJson().NotNullable()
            .WithColumn("ws_id").AsGuid().NotNullable()
            .WithColumn("entity").AsJson();
        Create.Index("clustering_sync_delta_version_idx").OnTable("clustering_sync_delta").OnColumn("version");
    }
}
