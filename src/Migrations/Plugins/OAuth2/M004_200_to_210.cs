using System.Data;

namespace Migrations.Plugins.OAuth2;

/// <summary>Adds workspaces, hashed secrets, and Proof Key for Code Exchange (PKCE).</summary>
[KongMigration("oauth2", 4, "004_200_to_210", "2.1.0")]
public sealed class M004_200_to_210 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Column("challenge").OnTable("oauth2_authorization_codes").AsString();
        Create.Column("challenge_method").OnTable("oauth2_authorization_codes").AsString();
        Create.Column("client_type").OnTable("oauth2_credentials").AsString();
        Create.Column("hash_secret").OnTable("oauth2_credentials").AsBoolean();

        Workspaces.AddTo("oauth2_credentials");
        Workspaces.MakeUniqueWithin("oauth2_credentials", "client_id");
        Workspaces.ReferWithin("oauth2_credentials", "consumer_id", "consumers", Rule.Cascade);

        Workspaces.AddTo("oauth2_authorization_codes");
        Workspaces.MakeUniqueWithin("oauth2_authorization_codes", "code");
        Workspaces.ReferWithin("oauth2_authorization_codes", "service_id", "services", Rule.Cascade);
        Workspaces.ReferWithin("oauth2_authorization_codes", "credential_id", "oauth2_credentials", Rule.Cascade);

        Workspaces.AddTo("oauth2_tokens");
        Workspaces.MakeUniqueWithin("oauth2_tokens", "access_token");
        Workspaces.MakeUniqueWithin("oauth2_tokens", "refresh_token");
        Workspaces.ReferWithin("oauth2_tokens", "service_id", "services", Rule.Cascade);
        Workspaces.ReferWithin("oauth2_tokens", "credential_id", "oauth2_credentials", Rule.Cascade);
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        Workspaces.DropDefault("oauth2_credentials");
        Workspaces.DropDefault("oauth2_authorization_codes");
        Workspaces.DropDefault("oauth2_tokens");
    }
}
