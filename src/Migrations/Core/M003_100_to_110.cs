using FluentMigrator.Postgres;

namespace Migrations.Core;

/// <summary>Adds tags to all entities that an operator creates.</summary>
[KongMigration("core", 3, "003_100_to_110", "1.1.0")]
public sealed class M003_100_to_110 : KongMigration
{
    private static readonly string[] Tagged =
        ["services", "routes", "certificates", "snis", "consumers", "plugins", "upstreams", "targets"];

    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("tags")
            .WithColumn("entity_id").AsGuid().PrimaryKey()
            .WithColumn("entity_name").AsString()
            .WithColumn("tags").AsTextArray();
        Create.Index("tags_entity_name_idx").OnTable("tags").OnColumn("entity_name");
        Create.Index("tags_tags_idx").OnTable("tags").OnColumn("tags").Ascending().WithOptions().UsingGin();

        Create.Column("protocols").OnTable("plugins").AsTextArray();

        Triggers.CreateSyncTagsFunction();
        foreach (var table in Tagged)
        {
            Tags.AddTo(table, $"{table}_tags_idx");
        }

        TruncateTimestamp("consumers", "seconds");
        TruncateTimestamp("plugins", "seconds");
        TruncateTimestamp("upstreams", "seconds");
        TruncateTimestamp("targets", "milliseconds");
    }

    private void TruncateTimestamp(string table, string to) => Rows.Update(
        table, "created_at", $"date_trunc('{to}', created_at)", where: $"created_at <> date_trunc('{to}', created_at)");
}
