using FluentMigrator;

namespace Migrations.Plugins;

/// <summary>The table in which rate-limiting or response-ratelimiting counts requests.</summary>
internal static class Counters
{
    // Kong: this id, instead of NULL, means "no service" or "no route", so that both columns can be part of the primary key.
    private const string NoEntity = "00000000-0000-0000-0000-000000000000";

    /// <summary>Creates the table.</summary>
    public static void CreateTable(Migration migration, string table) =>
        migration.Create.Table(table)
            .WithColumn("identifier").AsString().PrimaryKey()
            .WithColumn("period").AsString().PrimaryKey()
            .WithColumn("period_date").AsTimestamp().PrimaryKey()
            .WithColumn("service_id").AsGuid().PrimaryKey().WithDefaultValue(NoEntity)
            .WithColumn("route_id").AsGuid().PrimaryKey().WithDefaultValue(NoEntity)
            .WithColumn("value").AsInt32();
}
