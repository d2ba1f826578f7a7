namespace Migrations.Plugins.Acme;

/// <summary>The settings of Redis under the names that all plugins share.</summary>
[KongMigration(3, "003_350_to_360", "3.6.0")]
public sealed class M003_350_to_360 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up() => StorageConfig.AddSharedNames(Rows);

    /// <inheritdoc />
    protected override void Finish() => StorageConfig.RemoveOldNames(Rows);
}
