namespace Migrations.Plugins.OAuth2;

/// <summary>Adds triggers that delete expired codes and tokens.</summary>
[KongMigration("oauth2", 6, "006_320_to_330", "3.3.0")]
public sealed class M006_320_to_330 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Triggers.DeleteExpiredRows("oauth2_authorization_codes", by: "ttl");
        Triggers.DeleteExpiredRows("oauth2_tokens", by: "ttl");
    }
}
