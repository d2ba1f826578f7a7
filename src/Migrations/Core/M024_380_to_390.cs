using System.Data;

namespace Migrations.Core;

/// <summary>Adds the versions of the configuration, and the changes of each version.</summary>
[KongMigration("core", 24, "024_380_to_390", "3.9.0")]
public sealed class M024_380_to_390 : KongMigration
{
    // Kong: from this release on, a new database does not get the table clustering_sync_delta, which M025_390_to_3100 drops.
    private static readonly Version WithoutDelta = new(3, 10);

    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("clustering_sync_version")
            .WithColumn("version").AsInt32().PrimaryKey().Identity();

        if (!Target.Has(WithoutDelta))
        {
            CreateDelta();
        }
    }

    private void CreateDelta()
    {
        Create.Table("clustering_sync_delta")
            .WithColumn("version").AsInt32().NotNullable().References("clustering_sync_version", key: "version", onDelete: Rule.Cascade)
            .WithColumn("type").AsString().NotNullable()
            .WithColumn("pk").AsJson().NotNullable()
            .WithColumn("ws_id").AsGuid().NotNullable()
            .WithColumn("entity").AsJson();
        Create.Index("clustering_sync_delta_version_idx").OnTable("clustering_sync_delta").OnColumn("version");
    }
}
