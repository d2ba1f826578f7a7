namespace Migrations.Plugins.Acl;

/// <summary>Adds tags to groups.</summary>
[KongMigration("acl", 2, "002_130_to_140", "1.4.0")]
public sealed class M002_130_to_140 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Tags.AddTo("acls", "acls_tags_idex_tags_idx");
}
