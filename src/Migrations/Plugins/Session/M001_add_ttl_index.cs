namespace Migrations.Plugins.Session;

/// <summary>Adds an index that finds expired sessions.</summary>
[KongMigration("session", 1, "001_add_ttl_index", "2.6.0")]
public sealed class M001_add_ttl_index : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Index("sessions_ttl_idx").OnTable("sessions").OnColumn("ttl");
}
