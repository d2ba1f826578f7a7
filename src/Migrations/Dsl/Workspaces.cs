using System.Data;
using FluentMigrator;
using FluentMigrator.Expressions;
using Migrations.Model;

namespace Migrations.Dsl;

/// <summary>The steps from 2.0 to 2.1 that the core and the plugins share: every entity belongs to a workspace.</summary>
/// <remarks>
/// Unique keys and references between entities apply within a workspace. Existing entities belong to the workspace <c>default</c>.
/// </remarks>
public sealed class Workspaces(
    Migration migration, ICollection<IMigrationExpression> expressions, Rows rows, GatewaySchema schema)
{
    /// <summary>Adds the column <c>ws_id</c>.</summary>
    /// <remarks>
    /// Until the finish phase its default is the literal id of the workspace <c>default</c>, so that rows inserted by a gateway without
    /// workspaces belong to that workspace.
    /// </remarks>
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

    /// <summary>Makes a column unique within each workspace instead of within the table.</summary>
    public void MakeUniqueWithin(string table, string column)
    {
        migration.Delete.UniqueConstraint($"{table}_{column}_key").FromTable(table);
        migration.Create.UniqueConstraint($"{table}_ws_id_{column}_unique").OnTable(table).Columns("ws_id", column);
    }

    /// <summary>Restricts the references of a column to rows of the same workspace.</summary>
    public void ReferWithin(string table, string column, string to, Rule onDelete = Rule.None)
    {
        var key = $"{table}_{column}_fkey";
        migration.Delete.ForeignKey(key).OnTable(table);
        migration.Create.ForeignKey(key)
            .FromTable(table).ForeignColumns(column, "ws_id")
            .ToTable(to).PrimaryColumns("id", "ws_id")
            .OnDelete(onDelete);
    }

    /// <summary>Finish phase: drops the default of <c>ws_id</c>.</summary>
    public void DropDefault(string table) => migration.Delete.DefaultConstraint().OnTable(table).OnColumn("ws_id");

    /// <summary>Finish phase: adds the workspace to cache keys that were written without one.</summary>
    public void CompleteCacheKeys(string table)
    {
        // Kong: if another row has the completed key already (the old gateway version wrote one row, the new version the other), the finish
        // phase fails on the unique key every time. Here the row keeps its incomplete key, by which the gateway still does not find it.
        var ws = $"(SELECT id FROM {schema.Qualify("workspaces")} WHERE name = 'default')";
        rows.Update(
            table,
            column: "cache_key",
            to: $"cache_key || ':' || {ws}",
            where: $"""
                cache_key LIKE '%:' AND {ws} IS NOT NULL
                   AND NOT EXISTS (SELECT FROM {schema.Qualify(table)} AS other WHERE other.cache_key = {table}.cache_key || ':' || {ws})
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
              FOR entity IN SELECT id, cache_key FROM {schema.Qualify(table)} AS kept
                WHERE cache_key LIKE '%:' AND (EXISTS ({taken}) OR NOT EXISTS (
                  SELECT FROM {schema.Qualify("workspaces")} WHERE name = 'default')) ORDER BY id LOOP
                {RowWarning.Raise(
                    table,
                    "entity.id::text",
                    $"concat('{table} ', entity.id, ': another row has the completed key of its cache_key ', entity.cache_key, "
                        + "', and it was left as it is')",
                    "Delete one of the two rows through the Admin API.")}
              END LOOP;
            END
            $$
            """);
    }
}
