using System.Data;

namespace Migrations.Plugins.KeyAuth;

/// <summary>Adds workspaces.</summary>
[KongMigration("key-auth", 3, "003_200_to_210", "2.1.0")]
public sealed class M003_200_to_210 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Workspaces.AddTo("keyauth_credentials");
        Workspaces.MakeUniqueWithin("keyauth_credentials", "key");
        Workspaces.ReferWithin("keyauth_credentials", "consumer_id", "consumers", Rule.Cascade);
    }

    /// <inheritdoc />
    protected override void Finish() => Workspaces.DropDefault("keyauth_credentials");
}
