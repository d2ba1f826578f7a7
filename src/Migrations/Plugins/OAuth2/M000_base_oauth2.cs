using System.Data;

namespace Migrations.Plugins.OAuth2;

/// <summary>Creates the tables of client applications, authorization codes and tokens.</summary>
[KongMigration("oauth2", 0, "000_base_oauth2", "1.0.0")]
public sealed class M000_base_oauth2 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        CreateCredentials();
        CreateAuthorizationCodes();
        CreateTokens();
    }

    private void CreateCredentials()
    {
        Create.Table("oauth2_credentials")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("name").AsString()
            .WithColumn("consumer_id").AsGuid().References("consumers", onDelete: Rule.Cascade)
            .WithColumn("client_id").AsString().UniqueKey()
            .WithColumn("client_secret").AsString()
            .WithColumn("redirect_uris").AsTextArray();
        Create.Index("oauth2_credentials_consumer_id_idx").OnTable("oauth2_credentials").OnColumn("consumer_id");
        Create.Index("oauth2_credentials_secret_idx").OnTable("oauth2_credentials").OnColumn("client_secret");
    }

    private void CreateAuthorizationCodes()
    {
        Create.Table("oauth2_authorization_codes")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("credential_id").AsGuid().References("oauth2_credentials", onDelete: Rule.Cascade)
            .WithColumn("service_id").AsGuid().References("services", onDelete: Rule.Cascade)
            .WithColumn("code").AsString().UniqueKey()
            .WithColumn("authenticated_userid").AsString()
            .WithColumn("scope").AsString()
            .WithColumn("ttl").AsTimestamp();
        Create.Index("oauth2_authorization_codes_authenticated_userid_idx")
            .OnTable("oauth2_authorization_codes").OnColumn("authenticated_userid");
        Create.Index("oauth2_authorization_credential_id_idx").OnTable("oauth2_authorization_codes").OnColumn("credential_id");
        Create.Index("oauth2_authorization_service_id_idx").OnTable("oauth2_authorization_codes").OnColumn("service_id");
    }

    private void CreateTokens()
    {
        Create.Table("oauth2_tokens")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("credential_id").AsGuid().References("oauth2_credentials", onDelete: Rule.Cascade)
            .WithColumn("service_id").AsGuid().References("services", onDelete: Rule.Cascade)
            .WithColumn("access_token").AsString().UniqueKey()
            .WithColumn("refresh_token").AsString().UniqueKey()
            .WithColumn("token_type").AsString()
            .WithColumn("expires_in").AsInt32()
            .WithColumn("authenticated_userid").AsString()
            .WithColumn("scope").AsString()
            .WithColumn("ttl").AsTimestamp();
        Create.Index("oauth2_tokens_authenticated_userid_idx").OnTable("oauth2_tokens").OnColumn("authenticated_userid");
        Create.Index("oauth2_tokens_credential_id_idx").OnTable("oauth2_tokens").OnColumn("credential_id");
        Create.Index("oauth2_tokens_service_id_idx").OnTable("oauth2_tokens").OnColumn("service_id");
    }
}
