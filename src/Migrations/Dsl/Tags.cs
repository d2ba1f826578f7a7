using FluentMigrator;
using FluentMigrator.Postgres;

namespace Migrations.Dsl;

/// <summary>
/// Everything that has tags has the same three things: a column, an index on it and a trigger that copies it to <c>tags</c>.
/// </summary>
public sealed class Tags(Migration migration, Triggers triggers)
{
    /// <summary>Gives a table tags.</summary>
    /// <param name="table">The table.</param>
    /// <param name="index">Kong's name of the index.</param>
    /// <param name="named">How Kong's name of the trigger begins, where that is not the table's name.</param>
    public void AddTo(string table, string index, string? named = null)
    {
        migration.Create.Column("tags").OnTable(table).AsTextArray();
        Index(table, index);
        triggers.SyncTags(table, named);
    }

    /// <summary>Indexes and copies the column <c>tags</c> of a table that was made with one.</summary>
    /// <param name="table">The table.</param>
    public void Sync(string table)
    {
        Index(table, $"{table}_tags_idx");
        triggers.SyncTags(table);
    }

    private void Index(string table, string index) =>
        migration.Create.Index(index).OnTable(table).OnColumn("tags").Ascending().WithOptions().UsingGin();
}
