namespace Migrations.Core;

/// <summary>Adds a name for each instance of a plugin.</summary>
[KongMigration("core", 18, "018_310_to_320", "3.2.0")]
public sealed class M018_310_to_320 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Column("instance_name").OnTable("plugins").AsString();
        Create.UniqueConstraint("plugins_ws_id_instance_name_unique").OnTable("plugins").Columns("ws_id", "instance_name");
    }
}
