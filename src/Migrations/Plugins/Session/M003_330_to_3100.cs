using System.Data;

namespace Migrations.Plugins.Session;

/// <summary>Adds the subject and audience of sessions, so that all sessions of a user can be ended.</summary>
[KongMigration("session", 3, "003_330_to_3100", "3.10.0")]
public sealed class M003_330_to_3100 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("session_metadatas")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("session_id").AsGuid().References("sessions", onDelete: Rule.Cascade)
            .WithColumn("sid").AsString()
            .WithColumn("subject").AsString()
            .WithColumn("audience").AsString()
            .WithColumn("created_at").AsTimestamp();
        Create.Index("session_id_idx").OnTable("session_metadatas").OnColumn("session_id");
        Create.Index("subject_audience_idx").OnTable("session_metadatas").OnColumn("subject").Ascending().OnColumn("audience").Ascending();
    }
}
