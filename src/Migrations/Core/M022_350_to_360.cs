namespace Migrations.Core;

/// <summary>Adds details of the certificates that data planes present.</summary>
[KongMigration("core", 22, "022_350_to_360", "3.6.0")]
public sealed class M022_350_to_360 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Column("cert_details").OnTable("clustering_data_planes").AsJsonb();
}
