namespace Migrations.Plugins.HmacAuth;

/// <summary>Adds tags to credentials.</summary>
[KongMigration("hmac-auth", 2, "002_130_to_140", "1.4.0")]
public sealed class M002_130_to_140 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Tags.AddTo("hmacauth_credentials", "hmacauth_tags_idex_tags_idx", named: "hmacauth");
}
