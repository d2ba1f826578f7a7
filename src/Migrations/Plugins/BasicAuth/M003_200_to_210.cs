using System.Data;

namespace Migrations.Plugins.BasicAuth;

/// <summary>Adds workspaces.</summary>
[KongMigration("basic-auth", 3, "003_200_to_210", "2.1.0")]
public sealed class M003_200_to_210 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Workspaces.AddTo("basicauth_credentials");
        Workspaces.MakeUniqueWithin("basicauth_credentials", "username");
        Workspaces.ReferWithin("basicauth_credentials", "consumer_id", "consumers", Rule.Cascade);
    }

    /// <inheritdoc />
    protected override void Finish() => Workspaces.DropDefault("basicauth_credentials");
}
