namespace Migrations.Plugins.Session;

/// <summary>Creates the table of sessions.</summary>
[KongMigration("session", 0, "000_base_session", "2.6.0")]
public sealed class M000_base_session : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("sessions")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("session_id").AsString().UniqueKey()
            .WithColumn("expires").AsInt32()
            .WithColumn("data").AsString()
            .WithColumn("created_at").AsTimestamp()
            .WithColumn("ttl").AsTimestamp();
        Create.Index("session_sessions_expires_idx").OnTable("sessions").OnColumn("expires");
    }
}
