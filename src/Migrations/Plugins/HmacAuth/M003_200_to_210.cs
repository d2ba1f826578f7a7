using System.Data;

namespace Migrations.Plugins.HmacAuth;

/// <summary>Adds workspaces.</summary>
[KongMigration("hmac-auth", 3, "003_200_to_210", "2.1.0")]
public sealed class M003_200_to_210 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Workspaces.AddTo("hmacauth_credentials");
        Workspaces.MakeUniqueWithin("hmacauth_credentials", "username");
        Workspaces.ReferWithin("hmacauth_credentials", "consumer_id", "consumers", Rule.Cascade);
    }

    /// <inheritdoc />
    protected override void Finish() => Workspaces.DropDefault("hmacauth_credentials");
}
