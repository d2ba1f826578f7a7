using System.Data;

namespace Migrations.Core;

/// <summary>The core's tables as of Kong 1.0.</summary>
[KongMigration("core", 0, "000_base", "1.0.0")]
public sealed class M000_base : KongMigration
{
    // Kong: from this release on, a new database does not get the table ttls, which M020_330_to_340 drops. Up to 3.3 a function was created
    // with it, which M003_100_to_110 dropped.
    private static readonly Version WithoutTtls = new(3, 4);

    /// <inheritdoc />
    public override void Up()
    {
        CreateClusterEvents();
        CreateServicesAndRoutes();
        CreateCertificatesAndSnis();
        CreateUpstreamsAndTargets();
        CreateConsumers();
        CreatePlugins();
        CreateClusterCa();
        if (!Target.Has(WithoutTtls))
        {
            CreateTtls();
        }
    }

    private void CreateClusterEvents()
    {
        Create.Table("cluster_events")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("node_id").AsGuid().NotNullable()
            .WithColumn("at").AsTimestamp().NotNullable()
            .WithColumn("nbf").AsTimestamp()
            .WithColumn("expire_at").AsTimestamp().NotNullable()
            .WithColumn("channel").AsString()
            .WithColumn("data").AsString();
        Create.Index("cluster_events_at_idx").OnTable("cluster_events").OnColumn("at");
        Create.Index("cluster_events_channel_idx").OnTable("cluster_events").OnColumn("channel");

        Triggers.CreateDeleteExpiredClusterEventsFunction();
        Triggers.AfterInsert("delete_expired_cluster_events_trigger", "cluster_events", "delete_expired_cluster_events");
    }

    private void CreateServicesAndRoutes()
    {
        Create.Table("services")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp()
            .WithColumn("updated_at").AsTimestamp()
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("retries").AsInt64()
            .WithColumn("protocol").AsString()
            .WithColumn("host").AsString()
            .WithColumn("port").AsInt64()
            .WithColumn("path").AsString()
            .WithColumn("connect_timeout").AsInt64()
            .WithColumn("write_timeout").AsInt64()
            .WithColumn("read_timeout").AsInt64();

        Create.Table("routes")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp()
            .WithColumn("updated_at").AsTimestamp()
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("service_id").AsGuid().References("services")
            .WithColumn("protocols").AsTextArray()
            .WithColumn("methods").AsTextArray()
            .WithColumn("hosts").AsTextArray()
            .WithColumn("paths").AsTextArray()
            .WithColumn("snis").AsTextArray()
            .WithColumn("sources").AsJsonbArray()
            .WithColumn("destinations").AsJsonbArray()
            .WithColumn("regex_priority").AsInt64()
            .WithColumn("strip_path").AsBoolean()
            .WithColumn("preserve_host").AsBoolean();
        Create.Index("routes_service_id_idx").OnTable("routes").OnColumn("service_id");
    }

    private void CreateCertificatesAndSnis()
    {
        Create.Table("certificates")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("cert").AsString()
            .WithColumn("key").AsString();

        Create.Table("snis")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("name").AsString().NotNullable().UniqueKey()
            .WithColumn("certificate_id").AsGuid().References("certificates");
        Create.Index("snis_certificate_id_idx").OnTable("snis").OnColumn("certificate_id");
    }

    private void CreateUpstreamsAndTargets()
    {
        Create.Table("upstreams")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Milliseconds)
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("hash_on").AsString()
            .WithColumn("hash_fallback").AsString()
            .WithColumn("hash_on_header").AsString()
            .WithColumn("hash_fallback_header").AsString()
            .WithColumn("hash_on_cookie").AsString()
            .WithColumn("hash_on_cookie_path").AsString()
            .WithColumn("slots").AsInt32().NotNullable()
            .WithColumn("healthchecks").AsJsonb();

        Create.Table("targets")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Milliseconds)
            .WithColumn("upstream_id").AsGuid().References("upstreams", onDelete: Rule.Cascade)
            .WithColumn("target").AsString().NotNullable()
            .WithColumn("weight").AsInt32().NotNullable();
        Create.Index("targets_target_idx").OnTable("targets").OnColumn("target");
        Create.Index("targets_upstream_id_idx").OnTable("targets").OnColumn("upstream_id");
    }

    private void CreateConsumers()
    {
        Create.Table("consumers")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("username").AsString().UniqueKey()
            .WithColumn("custom_id").AsString().UniqueKey();
        Columns.Index("consumers_username_idx", "consumers", "lower(username)", "username");
    }

    private void CreatePlugins()
    {
        Create.Table("plugins")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("name").AsString().NotNullable()
            .WithColumn("consumer_id").AsGuid().References("consumers", onDelete: Rule.Cascade)
            .WithColumn("service_id").AsGuid().References("services", onDelete: Rule.Cascade)
            .WithColumn("route_id").AsGuid().References("routes", onDelete: Rule.Cascade)
            .WithColumn("config").AsJsonb().NotNullable()
            .WithColumn("enabled").AsBoolean().NotNullable()
            .WithColumn("cache_key").AsString().UniqueKey()
            .WithColumn("run_on").AsString();
        Create.Index("plugins_name_idx").OnTable("plugins").OnColumn("name");
        Create.Index("plugins_consumer_id_idx").OnTable("plugins").OnColumn("consumer_id");
        Create.Index("plugins_service_id_idx").OnTable("plugins").OnColumn("service_id");
        Create.Index("plugins_route_id_idx").OnTable("plugins").OnColumn("route_id");

        // When --force runs this migration again, the column is missing: M008_150_to_200 dropped it together with its index.
        Columns.Index("plugins_run_on_idx", "plugins", "run_on", "run_on");
    }

    private void CreateClusterCa() =>
        Create.Table("cluster_ca")
            .WithColumn("pk").AsBoolean().PrimaryKey().Check("pk = true")
            .WithColumn("key").AsString().NotNullable()
            .WithColumn("cert").AsString().NotNullable();

    private void CreateTtls()
    {
        Create.Table("ttls")
            .WithColumn("primary_key_value").AsString().PrimaryKey()
            .WithColumn("primary_uuid_value").AsGuid()
            .WithColumn("table_name").AsString().PrimaryKey()
            .WithColumn("primary_key_name").AsString().NotNullable()
            .WithColumn("expire_at").AsDateTime().NotNullable();
        Create.Index("ttls_primary_uuid_value_idx").OnTable("ttls").OnColumn("primary_uuid_value");
    }
}
