using System.Data;

namespace Migrations.Plugins.Acl;

/// <summary>Adds workspaces, and renames the lists of the config to <c>allow</c> and <c>deny</c>.</summary>
[KongMigration("acl", 3, "003_200_to_210", "2.1.0")]
public sealed class M003_200_to_210 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Workspaces.AddTo("acls");
        Workspaces.ReferWithin("acls", "consumer_id", "consumers", Rule.Cascade);
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        Workspaces.CompleteCacheKeys("acls");
        Workspaces.DropDefault("acls");
        AllowAndDeny.Rename(ConfigsOf("acl"));
    }
}
