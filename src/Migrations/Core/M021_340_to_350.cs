namespace Migrations.Core;

/// <summary>Adds labels of data planes.</summary>
[KongMigration("core", 21, "021_340_to_350", "3.5.0")]
public sealed class M021_340_to_350 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Column("labels").OnTable("clustering_data_planes").AsJsonb();
}
