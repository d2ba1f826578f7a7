namespace Migrations.Plugins.Acl;

/// <summary>Completes cache keys again: Kong 2.1.0 to 2.1.2 still wrote them without a workspace.</summary>
[KongMigration("acl", 4, "004_212_to_213", "2.1.3")]
public sealed class M004_212_to_213 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish() => Workspaces.CompleteCacheKeys("acls");
}
