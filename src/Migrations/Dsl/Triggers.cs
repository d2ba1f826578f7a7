using FluentMigrator.Expressions;
using Migrations.Model;

namespace Migrations.Dsl;

/// <summary>Creates and drops Kong's triggers and trigger functions, for which FluentMigrator has no methods.</summary>
public sealed class Triggers(ICollection<IMigrationExpression> expressions, GatewaySchema schema)
{
    /// <summary>Creates the function that copies the column <c>tags</c> of other tables to the table <c>tags</c>.</summary>
    public void CreateSyncTagsFunction() => CreateFunction("sync_tags", TriggerFunctions.SyncTags(schema));

    /// <summary>Creates the function that deletes up to two expired rows.</summary>
    public void CreateBatchDeleteExpiredRowsFunction() =>
        CreateFunction("batch_delete_expired_rows", TriggerFunctions.BatchDeleteExpiredRows(schema));

    /// <summary>Creates the function that deletes expired cluster events (Kong 1.0 to 1.3).</summary>
    public void CreateDeleteExpiredClusterEventsFunction() =>
        CreateFunction("delete_expired_cluster_events", TriggerFunctions.DeleteExpiredClusterEvents(schema));

    /// <summary>Creates the trigger that copies a table's column <c>tags</c> to the table <c>tags</c>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="named">The prefix of Kong's name of the trigger, if it differs from the table's name.</param>
    public void SyncTags(string table, string? named = null) =>
        Create($"{named ?? table}_sync_tags_trigger", table, "AFTER INSERT OR DELETE OR UPDATE OF tags", "FOR EACH ROW",
            "sync_tags");

    /// <summary>Creates the trigger that deletes expired rows of a table after every insert.</summary>
    /// <param name="table">The table.</param>
    /// <param name="by">The column that holds the time at which a row expires.</param>
    public void DeleteExpiredRows(string table, string by) =>
        Create($"{table}_ttl_trigger", table, "AFTER INSERT", "FOR EACH STATEMENT",
            "batch_delete_expired_rows", $"('{by}')");

    /// <summary>Creates a trigger that calls a function after every insert.</summary>
    public void AfterInsert(string name, string table, string function) =>
        Create(name, table, "AFTER INSERT", "FOR EACH STATEMENT", function);

    /// <summary>Drops a trigger if it exists.</summary>
    public void Delete(string name, string table) => expressions.Add(
        new SchemaSqlExpression($"""DROP TRIGGER IF EXISTS "{name}" ON {schema.Qualify(table)}""", new TriggerDropped(table, name)));

    /// <summary>Drops a trigger function if it exists.</summary>
    public void DeleteFunction(string name) => expressions.Add(
        new SchemaSqlExpression($"DROP FUNCTION IF EXISTS {schema.Qualify(name)}()", new FunctionDropped(name)));

    // A superuser can replace the body of another role's function, which keeps its owner. The check refuses such a function.
    private void CreateFunction(string name, string sql)
    {
        expressions.Add(new SchemaSqlExpression(sql, new FunctionCreated(name, sql)));
        expressions.Add(new SchemaSqlExpression(SchemaGuard.Check(schema, [], [name])));
    }

    // PROCEDURE, not FUNCTION: PostgreSQL 10 knows only the former, and every later version takes both (SQL CREATE TRIGGER).
    private void Create(string name, string table, string on, string each, string function, string arguments = "()") =>
        expressions.Add(new SchemaSqlExpression(
        $"""
        DO $$
        BEGIN
          IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {schema.Regclass(table)} AND tgname = '{name}') THEN
            CREATE TRIGGER "{name}" {on} ON {schema.Qualify(table)} {each} EXECUTE PROCEDURE
              {schema.Qualify(function)}{arguments};
          END IF;
        END
        $$
        """,
        new TriggerCreated(table, new TriggerModel(name, on, each, function, arguments))));
}
