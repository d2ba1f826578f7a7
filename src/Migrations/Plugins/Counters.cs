using FluentMigrator;
using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>The table in which rate-limiting and response-ratelimiting count requests.</summary>
internal static class Counters
{
    // Kong: "no service" and "no route" are this id instead of NULL, so that both can be part of the primary key.
    private const string Nobody = "00000000-0000-0000-0000-000000000000";

    /// <summary>Makes the table.</summary>
    public static void CreateTable(Migration migration, string table) =>
        migration.Create.Table(table)
            .WithColumn("identifier").AsString().PrimaryKey()
            .WithColumn("period").AsString().PrimaryKey()
            .WithColumn("period_date").AsTimestamp().PrimaryKey()
            .WithColumn("service_id").AsGuid().PrimaryKey().WithDefaultValue(Nobody)
            .WithColumn("route_id").AsGuid().PrimaryKey().WithDefaultValue(Nobody)
            .WithColumn("value").AsInt32();
}
