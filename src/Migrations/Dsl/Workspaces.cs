using System.Data;
using FluentMigrator;
using FluentMigrator.Expressions;
using Migrations.Model;

namespace Migrations.Dsl;

/// <summary>
/// The change from 2.0 to 2.1, which the core and the plugins share: every entity belongs to a workspace, is unique and refers to others
/// within it, and what was there before belongs to the workspace <c>default</c>.
/// </summary>
public sealed class Workspaces(
    Migration migration, ICollection<IMigrationExpression> expressions, Rows rows, GatewaySchema schema)
{
    /// <summary>
    /// Adds <c>ws_id</c>. Until the finish phase its default is the id of the workspace <c>default</c>, written out, so that rows of a
    /// gateway that knows no workspaces land there.
    /// </summary>
    public void AddTo(string table)
    {
        expressions.Add(new SchemaSqlExpression(
            $"""
            DO $$
            BEGIN
              -- Not ADD COLUMN IF NOT EXISTS: up to PostgreSQL 12 it adds the key once more to a column that is there.
              IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = {schema.Regclass(table)} AND attname = 'ws_id' AND NOT attisdropped)
                THEN
                EXECUTE {Sql.Literal($"ALTER TABLE {schema.Qualify(table)} ADD COLUMN ws_id uuid DEFAULT ")}
                  || quote_nullable((SELECT id::text FROM {schema.Qualify("workspaces")} WHERE name = 'default'))
                  || {Sql.Literal($" REFERENCES {schema.Qualify("workspaces")} (id)")};
              END IF;
            END
            $$
            """,
            new ColumnAdded(
                table,
                new ColumnModel("ws_id", "uuid", IsNullable: true, ColumnModel.DefaultWorkspace),
                [new ConstraintModel($"{table}_ws_id_fkey", "FOREIGN KEY (ws_id) REFERENCES workspaces(id)", "workspaces")])));
        migration.Create.UniqueConstraint($"{table}_id_ws_id_unique").OnTable(table).Columns("id", "ws_id");
    }

    /// <summary>Makes a column unique in each workspace instead of in the whole table.</summary>
    public void MakeUniqueWithin(string table, string column)
    {
        migration.Delete.UniqueConstraint($"{table}_{column}_key").FromTable(table);
        migration.Create.UniqueConstraint($"{table}_ws_id_{column}_unique").OnTable(table).Columns("ws_id", column);
    }

    /// <summary>Lets a column refer only to rows of the same workspace.</summary>
    public void ReferWithin(string table, string column, string to, Rule onDelete = Rule.None)
    {
        var key = $"{table}_{column}_fkey";
        migration.Delete.ForeignKey(key).OnTable(table);
        migration.Create.ForeignKey(key)
            .FromTable(table).ForeignColumns(column, "ws_id")
            .ToTable(to).PrimaryColumns("id", "ws_id")
            .OnDelete(onDelete);
    }

    /// <summary>Finish phase: rows to come must name their workspace.</summary>
    public void DropDefault(string table) => migration.Delete.DefaultConstraint().OnTable(table).OnColumn("ws_id");

    // Kong: where another row has the complete key already (one gateway version wrote the one, the next wrote the other), the finish phase
    // fails on the unique key, every time. Here the row keeps the key that it has: the gateway does not find it, as before.
    /// <summary>Finish phase: puts the workspace into cache keys that were written without one.</summary>
    public void CompleteCacheKeys(string table)
    {
        rows.Rewrite(
            table,
            $"""
            UPDATE {schema.Qualify(table)} AS t SET cache_key = t.cache_key || ':' || w.id
              FROM {schema.Qualify("workspaces")} AS w
             WHERE w.name = 'default' AND t.cache_key LIKE '%:'
               AND NOT EXISTS (SELECT FROM {schema.Qualify(table)} AS other WHERE other.cache_key = t.cache_key || ':' || w.id)
            """);
        var taken = $"SELECT FROM {schema.Qualify(table)} AS other, {schema.Qualify("workspaces")} AS w WHERE w.name = 'default' "
            + "AND other.cache_key = kept.cache_key || ':' || w.id";
        rows.Warn(
            table,
            $"""
            DO $$
            DECLARE
              entity record;
            BEGIN
              FOR entity IN SELECT id FROM {schema.Qualify(table)} AS kept
                WHERE cache_key LIKE '%:' AND (EXISTS ({taken}) OR NOT EXISTS (
                  SELECT FROM {schema.Qualify("workspaces")} WHERE name = 'default')) ORDER BY id LOOP
                RAISE WARNING USING
                  MESSAGE = format('{table} %s: another row has its cache_key already, and it was left as it is', entity.id),
                  HINT = 'Delete one of the two rows through the Admin API.';
              END LOOP;
            END
            $$
            """);
    }
}
