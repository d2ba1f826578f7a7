using FluentMigrator;

namespace Migrations.Core;

/// <summary>The table of vaults: <c>vaults_beta</c> in 2.8, <c>sm_vaults</c> from 3.0 on.</summary>
internal static class Vaults
{
    /// <summary>Creates the table under one of its names.</summary>
    public static void CreateTable(Migration migration, string table) =>
        migration.Create.Table(table)
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("ws_id").AsGuid().References("workspaces")
            .WithColumn("prefix").AsString().UniqueKey()
            .WithColumn("name").AsString().NotNullable()
            .WithColumn("description").AsString()
            .WithColumn("config").AsJsonb().NotNullable()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("updated_at").AsTimestamp()
            .WithColumn("tags").AsTextArray().UniqueKey("id", "ws_id").UniqueKey("prefix", "ws_id");

    /// <summary>Copies the rows of <c>vaults_beta</c> that <c>sm_vaults</c> lacks: the finish phase drops <c>vaults_beta</c>.</summary>
    /// <remarks>If another vault has the same prefix already, the vault's id is appended to it.</remarks>
    // Kong: rows are copied only if sm_vaults did not exist before. If it did, the rows of vaults_beta are lost.
    public static string CopyBeta(GatewaySchema schema) =>
        $"""
        DO $$
        DECLARE
          vault record;
        BEGIN
          IF {schema.ToRegclass("vaults_beta")} IS NULL THEN
            RETURN;
          END IF;

          FOR vault IN
            INSERT INTO {schema.Qualify("sm_vaults")} AS copied (id, ws_id, prefix, name, description, config, created_at, updated_at, tags)
            SELECT id, ws_id, CASE WHEN EXISTS (SELECT FROM {schema.Qualify("sm_vaults")} AS other WHERE other.prefix = beta.prefix)
                                   THEN prefix || '-' || id ELSE prefix END,
                   name, description, config, created_at, updated_at, tags
              FROM {schema.Qualify("vaults_beta")} AS beta
             WHERE NOT EXISTS (SELECT FROM {schema.Qualify("sm_vaults")} AS copy WHERE copy.id = beta.id)
            RETURNING id, name, prefix, (SELECT beta.prefix FROM {schema.Qualify("vaults_beta")} AS beta WHERE beta.id = copied.id) AS old
          LOOP
            IF vault.prefix <> vault.old THEN
              {WarnOfPrefix("vault.old", "vault.prefix")}
            END IF;
          END LOOP;
          IF EXISTS (SELECT FROM {schema.Qualify("vaults_beta")} WHERE {IsLost(schema)}) THEN
            {new WatchedRewrite(schema, "sm_vaults").Fail("'a row'")}
          END IF;
        END
        $$
        """;

    /// <summary>SQL that raises the warnings of the copy and changes nothing. It works before <c>sm_vaults</c> exists, too.</summary>
    public static string CheckBeta(GatewaySchema schema) =>
        $"""
        DO $$
        DECLARE
          vault record;
        BEGIN
          IF {schema.ToRegclass("vaults_beta")} IS NULL OR {schema.ToRegclass("sm_vaults")} IS NULL THEN
            RETURN;
          END IF;

          FOR vault IN
            SELECT id, name, prefix FROM {schema.Qualify("vaults_beta")} AS beta
             WHERE NOT EXISTS (SELECT FROM {schema.Qualify("sm_vaults")} AS copy WHERE copy.id = beta.id)
               AND EXISTS (SELECT FROM {schema.Qualify("sm_vaults")} AS other WHERE other.prefix = beta.prefix) ORDER BY id
          LOOP
            {WarnOfPrefix("vault.prefix", "vault.prefix || '-' || vault.id")}
          END LOOP;
        END
        $$
        """;

    /// <summary>The condition for the rows of <c>vaults_beta</c> that <c>sm_vaults</c> lacks.</summary>
    public static string IsLost(GatewaySchema schema) => $"id NOT IN (SELECT id FROM {schema.Qualify("sm_vaults")})";

    /// <summary>Warns of each vault that is lost when <c>vaults_beta</c> is dropped, because <c>sm_vaults</c> does not have it.</summary>
    // Kong: the rows are lost silently. They do not show whether an older gateway created the vault after up, or a newer one deleted it.
    public static string WarnOfLoss(GatewaySchema schema) =>
        $"""
        DO $$
        DECLARE
          vault record;
        BEGIN
          IF {schema.ToRegclass("vaults_beta")} IS NULL THEN
            RETURN;
          END IF;

          FOR vault IN SELECT id, name, prefix, config FROM {schema.Qualify("vaults_beta")} WHERE {IsLost(schema)} ORDER BY id LOOP
            {RowWarning.Raise(
                "vaults_beta",
                "vault.id::text",
                "concat('vaults_beta ', vault.id, ' (', vault.name, ', prefix ' || vault.prefix, "
                    + $"'): sm_vaults has no such vault, and it was removed with the table; config was ', {ShownConfig})",
                "Create the vault through the Admin API, if an older gateway made it after up.")}
          END LOOP;
        END
        $$
        """;

    // The vault "env" has no secrets in its config. Other vaults are Enterprise's, and may have a token.
    private static readonly string ShownConfig = $"CASE vault.name WHEN 'env' THEN {RowWarning.Shown("vault.config::text")} ELSE '***' END";

    private static string WarnOfPrefix(string old, string prefix) => RowWarning.Raise(
        "sm_vaults",
        "vault.id::text",
        $"concat('sm_vaults ', vault.id, ' (', vault.name, '): another vault has the prefix ', {old}, ' already, so it became ', {prefix})",
        "Delete the vault through the Admin API, or give it another prefix and use that in references.");

    /// <summary>Copies Enterprise's table <c>vaults</c> to <c>vault_auth_vaults</c>, its name from 3.0 on.</summary>
    public static string CopyEnterpriseAuth(GatewaySchema schema) =>
        $"""
        DO $$
        BEGIN
          IF {schema.ToRegclass("vaults")} IS NOT NULL AND {schema.ToRegclass("vault_auth_vaults")} IS NULL THEN
            CREATE TABLE {schema.Qualify("vault_auth_vaults")} (LIKE {schema.Qualify("vaults")} INCLUDING ALL);
            INSERT INTO {schema.Qualify("vault_auth_vaults")} SELECT * FROM {schema.Qualify("vaults")};
          END IF;
        END
        $$
        """;
}
