namespace Migrations.Core;

/// <summary>Adds vaults, in a table whose name says beta.</summary>
[KongMigration("core", 15, "015_270_to_280", "2.8.0")]
public sealed class M015_270_to_280 : KongMigration
{
    /// <inheritdoc />
    // Kong: 3.x skips this if it sees an index vaults_tags_idx, which identifies an Enterprise database. Here the table is created there
    // too, and stays empty until 016 drops it.
    public override void Up()
    {
        Vaults.CreateTable(this, "vaults_beta");
        Tags.Sync("vaults_beta");
    }
}
