namespace Migrations.Core;

/// <summary>Widens configuration versions to 64 bits, and drops the table of changes. Kong: not released yet.</summary>
[KongMigration("core", 25, "025_390_to_3100", "3.10.0", BreaksPrevious = "A control plane of 3.9 with cluster_incremental_sync = on needs "
    + "clustering_sync_delta: its Admin API answers changes with 500. Switch that off before, or replace it first.")]
public sealed class M025_390_to_3100 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Delete.Table("clustering_sync_delta");
        Alter.Column("version").OnTable("clustering_sync_version").AsInt64().NotNullable();
        Columns.SetSequenceType("clustering_sync_version", "version", "bigint");
    }
}
