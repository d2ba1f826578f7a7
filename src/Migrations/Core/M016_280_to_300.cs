namespace Migrations.Core;

/// <summary>Adds expressions and cache keys, renames the table of vaults, and rewrites paths for the router of 3.0.</summary>
[KongMigration("core", 16, "016_280_to_300", "3.0.0", BreaksPrevious = "A gateway of 2.8 that reads its routes again no longer matches "
    + "their regular expressions. If routes have any in paths, use a maintenance window.")]
public sealed class M016_280_to_300 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Column("cache_key").OnTable("targets").AsString().UniqueKey();

        Create.Column("hash_on_query_arg").OnTable("upstreams").AsString();
        Create.Column("hash_fallback_query_arg").OnTable("upstreams").AsString();
        Create.Column("hash_on_uri_capture").OnTable("upstreams").AsString();
        Create.Column("hash_fallback_uri_capture").OnTable("upstreams").AsString();

        Create.Column("expression").OnTable("routes").AsString();
        Create.Column("priority").OnTable("routes").AsInt64();

        Vaults.CreateTable(this, "sm_vaults");
        Tags.Sync("sm_vaults");

        Rows.Rewrite("sm_vaults", where: null, Vaults.CopyBeta(Names), Vaults.CheckBeta(Names));
        Rows.Rewrite("vault_auth_vaults", where: null, Vaults.CopyEnterpriseAuth(Names));
        Rows.Rewrite("routes", RoutePaths.MayChange, RoutePaths.Rewrite(Names), RoutePaths.Check(Names));
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        Rows.Warn("vaults_beta", Vaults.WarnOfLoss(Names), lost: Vaults.IsLost(Names));
        Delete.Table("vaults_beta");
        Delete.Table("vaults");
        Rows.Delete("targets", Targets.IsDuplicate(Names));
        Rows.Update("targets", "cache_key", "NULL::text", $"cache_key <> {Targets.CacheKey}");
        Rows.Update("targets", "cache_key", Targets.CacheKey, "cache_key IS NULL");
    }
}
