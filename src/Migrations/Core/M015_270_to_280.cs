using Migrations.Dsl;

namespace Migrations.Core;

/// <summary>Vaults, still called a beta.</summary>
[KongMigration("core", 15, "015_270_to_280", "2.8.0")]
public sealed class M015_270_to_280 : KongMigration
{
    // Kong: 3.x leaves this out where an index vaults_tags_idx is visible, the mark of an Enterprise database; there the table made here
    // stays empty until 016 drops it.
    /// <inheritdoc />
    public override void Up()
    {
        Vaults.CreateTable(this, "vaults_beta");
        Tags.Sync("vaults_beta");
    }
}
