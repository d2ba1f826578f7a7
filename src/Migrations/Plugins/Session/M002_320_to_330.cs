namespace Migrations.Plugins.Session;

/// <summary>Adds a trigger that deletes expired sessions.</summary>
[KongMigration("session", 2, "002_320_to_330", "3.3.0")]
public sealed class M002_320_to_330 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Triggers.DeleteExpiredRows("sessions", by: "ttl");
}
