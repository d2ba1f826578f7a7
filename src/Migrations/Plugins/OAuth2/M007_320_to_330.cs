using System.Data;

namespace Migrations.Plugins.OAuth2;

/// <summary>Adds the plugin that issued an authorization code: the code is valid only there.</summary>
[KongMigration("oauth2", 7, "007_320_to_330", "3.3.0")]
public sealed class M007_320_to_330 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Column("plugin_id").OnTable("oauth2_authorization_codes").AsGuid()
        .References("plugins", onDelete: Rule.Cascade);
}
