using FluentMigrator.Expressions;
using Migrations.Model;

namespace Migrations.Dsl;

/// <summary>Kong's triggers and the functions behind them, for which FluentMigrator has no words.</summary>
public sealed class Triggers(ICollection<IMigrationExpression> expressions, GatewaySchema schema)
{
    /// <summary>Makes the function that keeps the table <c>tags</c> in step with the <c>tags</c> column of other tables.</summary>
    public void CreateSyncTagsFunction() => CreateFunction("sync_tags", TriggerFunctions.SyncTags(schema));

    /// <summary>Makes the function that deletes a few rows whose time has come.</summary>
    public void CreateBatchDeleteExpiredRowsFunction() =>
        CreateFunction("batch_delete_expired_rows", TriggerFunctions.BatchDeleteExpiredRows(schema));

    /// <summary>Makes the function that deletes the cluster events whose time has come (Kong 1.0 to 1.3).</summary>
    public void CreateDeleteExpiredClusterEventsFunction() =>
        CreateFunction("delete_expired_cluster_events", TriggerFunctions.DeleteExpiredClusterEvents(schema));

    /// <summary>Copies the <c>tags</c> of a table's rows to the table <c>tags</c>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="named">How Kong's name of the trigger begins, where that is not the table's name.</param>
    public void SyncTags(string table, string? named = null) =>
        Create($"{named ?? table}_sync_tags_trigger", table, "AFTER INSERT OR DELETE OR UPDATE OF tags", "FOR EACH ROW",
            "sync_tags");

    /// <summary>Deletes expired rows of a table whenever rows are added.</summary>
    /// <param name="table">The table.</param>
    /// <param name="by">Its column that says when a row expires.</param>
    public void DeleteExpiredRows(string table, string by) =>
        Create($"{table}_ttl_trigger", table, "AFTER INSERT", "FOR EACH STATEMENT",
            "batch_delete_expired_rows", $"('{by}')");

    /// <summary>Calls a function of its own after every insert.</summary>
    public void AfterInsert(string name, string table, string function) =>
        Create(name, table, "AFTER INSERT", "FOR EACH STATEMENT", function);

    /// <summary>Removes a trigger, if it is there.</summary>
    public void Delete(string name, string table) => expressions.Add(
        new SchemaSqlExpression($"""DROP TRIGGER IF EXISTS "{name}" ON {schema.Qualify(table)}""", new TriggerDropped(table, name)));

    /// <summary>Removes a trigger function, if it is there.</summary>
    public void DeleteFunction(string name) => expressions.Add(
        new SchemaSqlExpression($"DROP FUNCTION IF EXISTS {schema.Qualify(name)}()", new FunctionDropped(name)));

    // A superuser replaces the body of anybody's function, and the function stays that user's.
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
