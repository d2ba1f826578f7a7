using FluentMigrator;
using FluentMigrator.Postgres;

namespace Migrations.Dsl;

/// <summary>Adds tags to tables: a column, an index on it, and a trigger that copies it to the table <c>tags</c>.</summary>
public sealed class Tags(Migration migration, Triggers triggers)
{
    /// <summary>Adds tags to an existing table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="index">Kong's name of the index.</param>
    /// <param name="named">The prefix of Kong's name of the trigger, if it differs from the table's name.</param>
    public void AddTo(string table, string index, string? named = null)
    {
        migration.Create.Column("tags").OnTable(table).AsTextArray();
        Index(table, index);
        triggers.SyncTags(table, named);
    }

    /// <summary>Adds the index and the trigger to a table that was created with a column <c>tags</c>.</summary>
    /// <param name="table">The table.</param>
    public void Sync(string table)
    {
        Index(table, $"{table}_tags_idx");
        triggers.SyncTags(table);
    }

    private void Index(string table, string index) =>
        migration.Create.Index(index).OnTable(table).OnColumn("tags").Ascending().WithOptions().UsingGin();
}
