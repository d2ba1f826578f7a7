using Migrator.Inspection;
using Migrator.Tests.Execution;
using Migrator.Tests.Sessions;
using Migrator.Verification;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>
/// The script of <c>verify --sql</c>, run by psql as the owner of the tables and as a superuser, gives the database that there was before
/// somebody damaged it.
/// </summary>
internal sealed class RepairTests
{
    private const string Owner = "repair_owner";
    private const string Other = "repair_other";
    private const string Group = "repair_group";

    /// <summary>All that verify compares, and what must not change with it: one line per fact.</summary>
    private const string Facts =
        """
        SELECT concat_ws(' ', 'relation', relname, relkind, relowner::regrole, relpersistence, relrowsecurity,
                 CASE relkind WHEN 'r' THEN coalesce(relacl, acldefault('r', relowner))
                   WHEN 'S' THEN coalesce(relacl, acldefault('s', relowner)) END)
          FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'c'
        UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                 pg_get_expr(adbin, adrelid))
          FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid AND relkind = 'r' AND relnamespace = 'public'::regnamespace
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND NOT attisdropped
        UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisready)
          FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'trigger', CASE WHEN tgisinternal THEN conname ELSE pg_get_triggerdef(t.oid) END, tgenabled)
          FROM pg_trigger AS t LEFT JOIN pg_constraint AS k ON k.oid = tgconstraint
        UNION ALL SELECT concat_ws(' ', 'function', proowner::regrole, coalesce(proacl, acldefault('f', proowner)), pg_get_functiondef(oid))
          FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'rule', rulename) FROM pg_rewrite JOIN pg_class AS c ON c.oid = ev_class
         WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'sequence', seqrelid::regclass, format_type(seqtypid, NULL), seqmax, refobjid::regclass)
          FROM pg_sequence LEFT JOIN pg_depend ON objid = seqrelid AND deptype = 'a'
        ORDER BY 1
        """;

    private static readonly Lazy<TestDatabase> Template = new(CreateTemplate);

    [TestCase("a dropped index", "DROP INDEX routes_tags_idx")]
    [TestCase("an index on another column", "DROP INDEX routes_service_id_idx; CREATE INDEX routes_service_id_idx ON routes (name)")]
    [TestCase("an index of another method", "DROP INDEX routes_tags_idx; CREATE INDEX routes_tags_idx ON routes (tags)")]
    [TestCase("a partial index",
        "DROP INDEX cluster_events_at_idx; CREATE INDEX cluster_events_at_idx ON cluster_events (at) WHERE nbf IS NULL")]
    [TestCase("a unique index in place of an ordinary one",
        "DROP INDEX routes_service_id_idx; CREATE UNIQUE INDEX routes_service_id_idx ON routes (service_id)")]
    [TestCase("a renamed index", "ALTER INDEX routes_service_id_idx RENAME TO by_service")]
    [TestCase("an invalid index",
        "UPDATE pg_index SET indisvalid = false, indisready = false WHERE indexrelid = 'routes_service_id_idx'::regclass")]
    [TestCase("an index in place of a primary key",
        "ALTER TABLE keys DROP CONSTRAINT keys_pkey; CREATE UNIQUE INDEX keys_pkey ON keys (id)")]
    [TestCase("a key in place of an index",
        "DROP INDEX acls_group_idx; ALTER TABLE acls ADD CONSTRAINT acls_group_idx UNIQUE (id, \"group\")")]
    [TestCase("a dropped primary key", "ALTER TABLE services DROP CONSTRAINT services_pkey CASCADE")]
    [TestCase("a renamed primary key", "ALTER TABLE services RENAME CONSTRAINT services_pkey TO services_pk")]
    [TestCase("a primary key on other columns",
        "ALTER TABLE key_sets DROP CONSTRAINT key_sets_pkey CASCADE; ALTER TABLE key_sets ADD CONSTRAINT other PRIMARY KEY "
            + "(id, ws_id)")]
    [TestCase("a primary key with another column in its index",
        "ALTER TABLE services DROP CONSTRAINT services_pkey CASCADE; ALTER TABLE services ADD CONSTRAINT services_pkey PRIMARY "
            + "KEY (id) INCLUDE (name); ALTER TABLE filter_chains ADD CONSTRAINT filter_chains_service_id_fkey FOREIGN KEY "
            + "(service_id) REFERENCES services(id) ON DELETE CASCADE")]
    [TestCase("a deferrable unique key",
        "ALTER TABLE plugins DROP CONSTRAINT plugins_cache_key_key; ALTER TABLE plugins ADD CONSTRAINT plugins_cache_key_key "
            + "UNIQUE (cache_key) DEFERRABLE")]
    [TestCase("a dropped unique key that a foreign key needs", "ALTER TABLE upstreams DROP CONSTRAINT upstreams_id_ws_id_unique CASCADE")]
    [TestCase("a renamed unique key", "ALTER TABLE routes RENAME CONSTRAINT routes_ws_id_name_unique TO names")]
    [TestCase("a dropped foreign key", "ALTER TABLE targets DROP CONSTRAINT targets_upstream_id_fkey")]
    [TestCase("a foreign key without CASCADE",
        "ALTER TABLE targets DROP CONSTRAINT targets_upstream_id_fkey; ALTER TABLE targets ADD CONSTRAINT "
            + "targets_upstream_id_fkey FOREIGN KEY (upstream_id, ws_id) REFERENCES upstreams(id, ws_id)")]
    [TestCase("a renamed foreign key", "ALTER TABLE routes RENAME CONSTRAINT routes_service_id_fkey TO to_service")]
    [TestCase("a foreign key that is NOT VALID",
        "ALTER TABLE routes DROP CONSTRAINT routes_service_id_fkey; ALTER TABLE routes ADD CONSTRAINT routes_service_id_fkey "
            + "FOREIGN KEY (service_id, ws_id) REFERENCES services(id, ws_id) NOT VALID")]
    [TestCase("foreign keys switched off", "ALTER TABLE routes DISABLE TRIGGER ALL")]
    [TestCase("the foreign keys to a table switched off", "ALTER TABLE workspaces DISABLE TRIGGER ALL")]
    [TestCase("a foreign key whose triggers are for replicas",
        "DO $$ DECLARE t name; BEGIN FOR t IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'snis'::regclass AND tgisinternal "
            + "LOOP EXECUTE format('ALTER TABLE snis ENABLE REPLICA TRIGGER %I', t); END LOOP; END $$")]
    [TestCase("a dropped trigger", "DROP TRIGGER snis_sync_tags_trigger ON snis")]
    [TestCase("a disabled trigger", "ALTER TABLE snis DISABLE TRIGGER snis_sync_tags_trigger")]
    [TestCase("a trigger for replicas only", "ALTER TABLE snis ENABLE REPLICA TRIGGER snis_sync_tags_trigger")]
    [TestCase("a renamed trigger", "ALTER TRIGGER snis_sync_tags_trigger ON snis RENAME TO copy_tags")]
    [TestCase("a trigger with a condition",
        "DROP TRIGGER snis_sync_tags_trigger ON snis; CREATE TRIGGER snis_sync_tags_trigger AFTER INSERT ON snis FOR EACH ROW "
            + "WHEN (NEW.name <> 'a') EXECUTE PROCEDURE sync_tags()")]
    [TestCase("a dropped function", "DROP FUNCTION sync_tags() CASCADE")]
    [TestCase("a function with another body",
        "CREATE OR REPLACE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")]
    [TestCase("a function with a search_path", "ALTER FUNCTION sync_tags() SET search_path = pg_catalog")]
    [TestCase("a function that may not write", "ALTER FUNCTION batch_delete_expired_rows() STABLE")]
    [TestCase("a strict function", "ALTER FUNCTION sync_tags() STRICT")]
    [TestCase("a function with its owner's rights", "ALTER FUNCTION sync_tags() SECURITY DEFINER")]
    [TestCase("a function of another type",
        "DROP FUNCTION batch_delete_expired_rows() CASCADE; CREATE FUNCTION batch_delete_expired_rows() RETURNS int LANGUAGE "
            + "sql AS 'SELECT 1'; ALTER ROUTINE batch_delete_expired_rows() OWNER TO repair_owner")]
    [TestCase("a procedure in place of a function",
        "DROP FUNCTION batch_delete_expired_rows() CASCADE; CREATE PROCEDURE batch_delete_expired_rows() LANGUAGE sql AS "
            + "'SELECT 1'; ALTER ROUTINE batch_delete_expired_rows() OWNER TO repair_owner")]
    [TestCase("a dropped column", "ALTER TABLE routes DROP COLUMN hosts")]
    [TestCase("a dropped column with a default", "ALTER TABLE services DROP COLUMN enabled")]
    [TestCase("a dropped column of keys and triggers",
        "DROP TRIGGER services_sync_tags_trigger ON services; ALTER TABLE services DROP COLUMN tags, DROP COLUMN "
            + "client_certificate_id")]
    [TestCase("a dropped id", "ALTER TABLE key_sets DROP COLUMN id CASCADE")]
    [TestCase("a dropped column with a sequence", "ALTER TABLE clustering_rpc_requests DROP COLUMN id")]
    [TestCase("a column that allows NULL", "ALTER TABLE upstreams ALTER slots DROP NOT NULL")]
    [TestCase("a column that does not allow NULL", "ALTER TABLE certificates ALTER cert SET NOT NULL")]
    [TestCase("a column of another type", "ALTER TABLE upstreams ALTER slots TYPE bigint")]
    [TestCase("a column whose default has another type",
        "ALTER TABLE routes ALTER https_redirect_status_code DROP DEFAULT; ALTER TABLE routes ALTER https_redirect_status_code "
            + "TYPE text; ALTER TABLE routes ALTER https_redirect_status_code SET DEFAULT '426'")]
    [TestCase("a column of a trigger with another type",
        "DROP TRIGGER routes_sync_tags_trigger ON routes; ALTER TABLE routes ALTER tags TYPE varchar(99)[]; CREATE TRIGGER "
            + "routes_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE OF tags ON routes FOR EACH ROW EXECUTE PROCEDURE "
            + "sync_tags()")]
    [TestCase("columns of a foreign key with another type",
        "ALTER TABLE keys DROP CONSTRAINT keys_set_id_fkey; ALTER TABLE key_sets ALTER id TYPE text; ALTER TABLE keys ALTER "
            + "set_id TYPE text; ALTER TABLE keys ADD CONSTRAINT keys_set_id_fkey FOREIGN KEY (set_id) REFERENCES key_sets(id) ON "
            + "DELETE CASCADE")]
    [TestCase("another default", "ALTER TABLE routes ALTER path_handling SET DEFAULT 'v1'")]
    [TestCase("a default that is not the gateway's", "ALTER TABLE routes ALTER hosts SET DEFAULT '{a}'")]
    [TestCase("a generated column",
        "ALTER TABLE services DROP COLUMN path; ALTER TABLE services ADD COLUMN path text GENERATED ALWAYS AS (host) STORED")]
    [TestCase("an identity column in place of a default",
        "ALTER TABLE upstreams ALTER slots DROP DEFAULT; ALTER TABLE upstreams ALTER slots ADD GENERATED ALWAYS AS IDENTITY")]
    [TestCase("a column of an older gateway", "ALTER TABLE plugins ADD run_on text; CREATE INDEX mine ON plugins (run_on)")]
    [TestCase("a dropped sequence", "DROP SEQUENCE clustering_rpc_requests_id_seq CASCADE")]
    [TestCase("a renamed sequence", "ALTER SEQUENCE clustering_sync_version_version_seq RENAME TO counter")]
    [TestCase("a sequence of another type", "ALTER SEQUENCE clustering_rpc_requests_id_seq AS integer")]
    [TestCase("a sequence that belongs to no column", "ALTER SEQUENCE clustering_rpc_requests_id_seq OWNED BY NONE")]
    [TestCase("a sequence of another role that belongs to no column",
        "ALTER SEQUENCE clustering_rpc_requests_id_seq OWNED BY NONE; ALTER SEQUENCE clustering_rpc_requests_id_seq OWNER TO "
            + "other_role")]
    [TestCase("a counter without a default", "ALTER TABLE clustering_sync_version ALTER version DROP DEFAULT")]
    [TestCase("a dropped table", "DROP TABLE snis")]
    [TestCase("two dropped tables of which one refers to the other", "DROP TABLE targets, upstreams")]
    [TestCase("a dropped table to which others refer", "DROP TABLE oauth2_credentials CASCADE")]
    [TestCase("a dropped table with a sequence", "DROP TABLE clustering_sync_version CASCADE")]
    [TestCase("a dropped table and the key that it refers to",
        "DROP TABLE oauth2_tokens; ALTER TABLE workspaces DROP CONSTRAINT workspaces_pkey CASCADE")]
    [TestCase("a renamed table", "ALTER TABLE parameters RENAME TO parameters_old")]
    [TestCase("a renamed table of another owner", "ALTER TABLE parameters OWNER TO other_role; ALTER TABLE parameters RENAME TO mine")]
    [TestCase("a table of an older gateway",
        "CREATE TABLE cluster_ca (pk boolean PRIMARY KEY); ALTER TABLE cluster_ca OWNER TO other_role")]
    [TestCase("unlogged tables that refer to each other",
        "ALTER TABLE filter_chains SET UNLOGGED; ALTER TABLE keys SET UNLOGGED; ALTER TABLE key_sets SET UNLOGGED")]
    [TestCase("row security", "ALTER TABLE routes ENABLE ROW LEVEL SECURITY")]
    [TestCase("row security of an unlogged table", "ALTER TABLE tags SET UNLOGGED; ALTER TABLE tags ENABLE ROW LEVEL SECURITY")]
    [TestCase("a rule", "CREATE RULE swallow AS ON UPDATE TO plugins DO INSTEAD NOTHING")]
    [TestCase("a table of another owner", "ALTER TABLE certificates OWNER TO other_role")]
    [TestCase("a function of another owner", "ALTER FUNCTION sync_tags() OWNER TO other_role")]
    [TestCase("a table of another owner that has lost a column",
        "ALTER TABLE ca_certificates DROP COLUMN cert_digest; ALTER TABLE ca_certificates OWNER TO other_role")]
    [TestCase("much at once",
        "DROP TABLE snis; DROP FUNCTION sync_tags() CASCADE; ALTER TABLE services DROP CONSTRAINT services_pkey CASCADE; ALTER "
            + "TABLE routes DISABLE TRIGGER ALL; DROP SEQUENCE clustering_rpc_requests_id_seq CASCADE; ALTER TABLE upstreams ALTER "
            + "slots TYPE bigint; ALTER TABLE keys SET UNLOGGED; CREATE RULE swallow AS ON DELETE TO tags DO INSTEAD NOTHING")]
    public async Task What_is_damaged_is_found_and_repaired_and_nothing_else_is_changed(string damage, string sql)
    {
        using var database = Template.Value.Copy();
        var before = database.Query(Facts);
        database.Execute(sql.Replace("other_role", Other, StringComparison.Ordinal));
        using var copy = database.Copy();

        var found = await RunAsync(database, "verify --sql");
        Assert.That(found.ExitCode, Is.EqualTo(6), damage + found.Errors);

        // Only a superuser may give objects of another role to the owner.
        var user = sql.Contains("other_role", StringComparison.Ordinal) ? "kong" : Owner;
        foreach (var (repaired, by) in new[] { (database, user), (copy, "kong") })
        {
            var psql = PsqlProcess.Run(repaired, found.Output, by);
            Assert.That(psql.ExitCode, Is.Zero, psql.Errors + found.Output);
            Assert.That(repaired.Query(Facts), Is.EqualTo(before), by);
        }

        var again = await RunAsync(database, "verify");
        Assert.That(again.ExitCode, Is.Zero, again.Output + again.Errors);
    }

    [TestCase("ALTER TABLE routes SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01); "
        + "ALTER INDEX routes_pkey SET (fillfactor = 80); ALTER INDEX services_tags_idx SET (fastupdate = off); "
        + "ALTER INDEX cluster_events_at_idx SET (fillfactor = 70)")]
    [TestCase("ALTER TABLE routes ALTER hosts SET STATISTICS 500, ALTER hosts SET STORAGE EXTERNAL, REPLICA IDENTITY FULL")]
    [TestCase("ALTER TABLE routes CLUSTER ON routes_pkey; COMMENT ON TABLE routes IS 'mine'; COMMENT ON INDEX routes_pkey IS 'mine'")]
    [TestCase("REVOKE EXECUTE ON FUNCTION sync_tags() FROM PUBLIC, repair_owner")]
    [TestCase("ALTER TABLE clustering_sync_version ALTER version DROP DEFAULT, ALTER version ADD GENERATED BY DEFAULT AS IDENTITY")]
    [TestCase("ALTER TABLE clustering_sync_version ALTER version DROP DEFAULT; DROP SEQUENCE clustering_sync_version_version_seq; "
        + "ALTER TABLE clustering_sync_version ALTER version ADD GENERATED ALWAYS AS IDENTITY; "
        + "REVOKE ALL ON SEQUENCE clustering_sync_version_version_seq FROM repair_owner")]
    [TestCase("REVOKE USAGE ON SEQUENCE clustering_sync_version_version_seq FROM repair_owner")]
    [TestCase("ALTER TABLE routes ADD mine int GENERATED ALWAYS AS IDENTITY")]
    [TestCase("ALTER TABLE snis ENABLE ALWAYS TRIGGER snis_sync_tags_trigger")]
    [TestCase("CREATE RULE swallow AS ON UPDATE TO plugins DO INSTEAD NOTHING; ALTER TABLE plugins DISABLE RULE swallow")]
    [TestCase("ALTER TABLE certificates OWNER TO repair_group; ALTER FUNCTION sync_tags() OWNER TO repair_group")]
    [TestCase("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', current_database()); END $$")]
    public async Task What_an_operator_may_change_is_no_difference(string sql)
    {
        using var database = Template.Value.Copy();
        database.Execute(sql);
        var result = await RunAsync(database, "verify");
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Errors);
        Assert.That((await RunAsync(database, "verify --sql")).Output, Is.Empty);
    }

    [Test]
    public async Task An_extension_is_listed_once_and_its_functions_are_not()
    {
        using var database = Template.Value.Copy();
        database.Execute("CREATE EXTENSION pgcrypto; CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        var result = await RunAsync(database, "verify");
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Errors);
        Assert.That(result.Output, Does.EndWith("Not the gateway's, and left alone:\n  extension pgcrypto\n  function mine\n"));
    }

    [Test]
    public async Task A_new_table_gets_the_rights_of_a_gateway_that_does_not_own_it()
    {
        using var database = Template.Value.Copy();
        database.Execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO repair_gateway; "
            + "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO repair_gateway; DROP TABLE clustering_sync_version CASCADE");
        var psql = PsqlProcess.Run(database, (await RunAsync(database, "verify --sql", "repair_gateway")).Output, Owner);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        var again = await RunAsync(database, "verify", "repair_gateway");
        Assert.That(again.ExitCode, Is.Zero, again.Output + again.Errors);
    }

    [TestCase("ALTER TABLE parameters RENAME TO mine; "
            + "CREATE TABLE parameters (key text NOT NULL, value text NOT NULL, created_at timestamptz)",
        "parameters.key: constraint parameters_pkey is missing, and its name is taken by an index of table mine")]
    [TestCase("DROP INDEX routes_tags_idx; CREATE INDEX routes_tags_idx ON services (tags)",
        "routes.tags: index routes_tags_idx is missing, and its name is taken by an index of table services")]
    public async Task What_no_statement_repairs_is_said(string sql, string text)
    {
        using var database = Template.Value.Copy();
        database.Execute(sql);
        var result = await RunAsync(database, "verify --sql");
        Assert.That(result.ExitCode, Is.EqualTo(6), result.Errors);
        Assert.That(result.Output, Does.Contain($"-- no statement repairs this: {text}\n"));
    }

    [Test]
    public async Task Tables_that_others_make_and_drop_meanwhile_make_no_difference()
    {
        using var database = Template.Value.Copy();
        using var connection = database.Connect();
        using var churn = new NpgsqlCommand(
            """
            CREATE TABLE mine (id serial PRIMARY KEY, route uuid REFERENCES routes, t text);
            CREATE TRIGGER mine AFTER UPDATE ON routes FOR EACH ROW EXECUTE PROCEDURE sync_tags();
            CREATE INDEX by_name ON routes (name) WHERE name <> 'a';
            ALTER TABLE routes ADD mine text DEFAULT 'a', ADD CONSTRAINT mine CHECK (mine <> 'b');
            COMMIT;
            DROP TABLE mine; DROP TRIGGER mine ON routes; DROP INDEX by_name; ALTER TABLE routes DROP COLUMN mine;
            """,
            connection);
        using var stop = new CancellationTokenSource();
#pragma warning disable CA2025 // It has ended before the connection is closed.
        var churning = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                churn.ExecuteNonQuery();
            }
        });
#pragma warning restore CA2025
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var result = await RunAsync(database, "verify");
                Assert.That(result.ExitCode, Is.Zero, result.Output + result.Errors);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await churning;
        }
    }

    [Test]
    public async Task What_was_dropped_while_the_catalogue_is_read_is_left_out()
    {
        var session = new FakeSession().Answers(() => StateAnswers.State([])).Answers(() => FakeSession.Results(
            [("set_config", "")], [("set_config", "")],
            [
                ("kind", "Constraint"), ("relation", "routes"), ("name", "mine"), ("definition", null), ("detail", null), ("owner", null),
                ("lacks", ""), ("is_nullable", false), ("uses", null),
            ]));
        var facts = await DatabaseReader.ReadAsync(session, "public", CancellationToken.None);
        Assert.That((await CatalogueReader.ReadAsync(session, facts, GatewayNames.All, CancellationToken.None)).Objects, Is.Empty);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        TestDatabase database, string command, string user = Owner)
    {
        using var conf = KongConf.For(database, ("pg_user", user));
        return await InProcess.RunAsync($"{command} -c {conf.Path}");
    }

    private static TestDatabase CreateTemplate()
    {
        var template = PostgresServer.Shared.CreateDatabase();
        template.Execute($"CREATE ROLE {Owner} LOGIN; CREATE ROLE {Other}; CREATE ROLE {Group} ROLE {Owner}; "
            + $"CREATE ROLE repair_gateway LOGIN; ALTER DATABASE {template.Name} OWNER TO {Owner}; "
            + $"GRANT CREATE ON SCHEMA public TO {Other}, {Owner}");
#pragma warning disable CA2025 // The template lives as long as the tests.
        var bootstrap = RunAsync(template, "bootstrap").GetAwaiter().GetResult();
#pragma warning restore CA2025
        Assert.That(bootstrap.ExitCode, Is.Zero, bootstrap.Errors);
        using var connection = template.Connect(Owner);
        using var rows = new NpgsqlCommand(
            """
            INSERT INTO services (id, name, host, ws_id, tags)
              SELECT gen_random_uuid(), 's' || n, 'h', w.id, '{a}' FROM generate_series(1, 5) AS n, workspaces AS w;
            INSERT INTO routes (id, name, service_id, ws_id, paths, tags)
              SELECT gen_random_uuid(), 'r' || name, id, ws_id, '{/a}', '{b}' FROM services;
            INSERT INTO clustering_sync_version DEFAULT VALUES;
            """,
            connection);
        rows.ExecuteNonQuery();
        return template;
    }
}
