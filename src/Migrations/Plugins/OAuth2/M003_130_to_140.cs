namespace Migrations.Plugins.OAuth2;

/// <summary>Adds tags, and indexes that find expired rows.</summary>
[KongMigration("oauth2", 3, "003_130_to_140", "1.4.0")]
public sealed class M003_130_to_140 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Tags.AddTo("oauth2_credentials", "oauth2_credentials_tags_idex_tags_idx");
        Create.Index("oauth2_authorization_codes_ttl_idx").OnTable("oauth2_authorization_codes").OnColumn("ttl");
        Create.Index("oauth2_tokens_ttl_idx").OnTable("oauth2_tokens").OnColumn("ttl");
    }
}
