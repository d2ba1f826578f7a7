namespace Migrations.Core;

/// <summary>Changes the default rule for joining paths to <c>v0</c>, and drops what the service mesh of 1.x used.</summary>
[KongMigration("core", 8, "008_150_to_200", "2.0.0")]
public sealed class M008_150_to_200 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up() => Columns.SetDefault("routes", "path_handling", "v0");

    /// <inheritdoc />
    protected override void Finish()
    {
        Delete.Column("run_on").FromTable("plugins");
        Delete.Table("cluster_ca");
    }
}
