using System.Data;

namespace Migrations.Plugins.Jwt;

/// <summary>Adds workspaces.</summary>
[KongMigration("jwt", 3, "003_200_to_210", "2.1.0")]
public sealed class M003_200_to_210 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Workspaces.AddTo("jwt_secrets");
        Workspaces.MakeUniqueWithin("jwt_secrets", "key");
        Workspaces.ReferWithin("jwt_secrets", "consumer_id", "consumers", Rule.Cascade);
    }

    /// <inheritdoc />
    protected override void Finish() => Workspaces.DropDefault("jwt_secrets");
}
