namespace Migrations.Plugins.Jwt;

/// <summary>Adds tags to keys.</summary>
[KongMigration("jwt", 2, "002_130_to_140", "1.4.0")]
public sealed class M002_130_to_140 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Tags.AddTo("jwt_secrets", "jwtsecrets_tags_idex_tags_idx", named: "jwtsecrets");
}
