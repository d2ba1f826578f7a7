namespace Migrations.Core;

/// <summary>Adds the cluster's id, an alternative certificate and key, and the version and sync status of data planes.</summary>
[KongMigration("core", 13, "013_220_to_230", "2.3.0")]
public sealed class M013_220_to_230 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("parameters")
            .WithColumn("key").AsString().PrimaryKey()
            .WithColumn("value").AsString().NotNullable()
            .WithColumn("created_at").AsTimestamp();
        Insert.IntoTable("parameters").Row(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["key"] = "cluster_id",
            ["value"] = Guid.NewGuid().ToString(),
        });

        Create.Column("cert_alt").OnTable("certificates").AsString();
        Create.Column("key_alt").OnTable("certificates").AsString();
        Create.Column("version").OnTable("clustering_data_planes").AsString();
        Create.Column("sync_status").OnTable("clustering_data_planes").AsString().NotNullable().WithDefaultValue("unknown");
    }
}
