using Migrator.Tests.Commands;

namespace Migrator.Tests.Hostile;

/// <summary>An object of another role with a name of Kong's is refused, and named, before anything is changed.</summary>
internal sealed class ForeignObjectTests : CommandTest
{
    [TestCase("CREATE VIEW schema_meta AS SELECT 1 AS key", "schema_meta: it is a view, not a table")]
    [TestCase("CREATE TABLE schema_meta (key text, subsystem text, last_executed text, executed text, pending text[])",
        "its column executed is text, not text[]")]
    [TestCase("CREATE TABLE schema_meta (id int)", "it has no column key")]
    [TestCase("CREATE MATERIALIZED VIEW schema_meta AS SELECT 1 AS key", "schema_meta: it is a materialized view")]
    [TestCase("CREATE SEQUENCE schema_meta", "schema_meta: it is a sequence")]
    [TestCase("CREATE DOMAIN mine AS text; CREATE TABLE schema_meta (key mine, subsystem text, last_executed text, executed text[], "
        + "pending text[])", "its column key is public.mine, not text")]
    public void A_schema_meta_that_is_not_a_ledger_is_refused_by_every_command(string sql, string flaw)
    {
        Database.Execute(sql);
        Assert.Multiple(() =>
        {
            foreach (var command in new[] { "list", "status", "bootstrap", "up", "finish", "migrate", "reset --yes" })
            {
                var result = Migrator(command);
                Assert.That(result.ExitCode, Is.EqualTo(1), command);
                Assert.That(result.Errors, Does.Contain(flaw).And.Contain("Nothing has been changed"), command);
            }

            var check = Migrator("check");
            Assert.That(check.ExitCode, Is.EqualTo(1));
            Assert.That(check.Output, Does.Contain(flaw));
        });
    }

    [TestCase("CREATE VIEW routes AS SELECT 1 AS id", "routes is a view, not a table")]
    [TestCase("CREATE SEQUENCE clustering_rpc_requests_id_seq",
        "clustering_rpc_requests_id_seq is not the sequence of clustering_rpc_requests.id")]
    [TestCase("CREATE TABLE mine (id int); CREATE INDEX routes_service_id_idx ON mine (id)",
        "routes_service_id_idx is not the index of routes")]
    [TestCase("CREATE TABLE routes_pkey (id int)", "routes_pkey is not the index of routes")]
    [TestCase("CREATE VIEW locks AS SELECT 1 AS id", "locks is a view, not a table")]
    public void Another_object_with_a_name_of_Kongs_is_refused(string sql, string flaw)
    {
        Database.Execute(sql);
        var result = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain(flaw).And.Contain("Nothing has been changed"));
            Assert.That(Tables(), Does.Not.Contain("services"));
        });
    }

    [Test]
    public void A_view_in_place_of_a_table_stops_an_upgrade_before_it_changes_anything()
    {
        StartOld();
        Database.Execute("CREATE TABLE other (id int); DROP TABLE tags CASCADE; CREATE VIEW tags AS SELECT * FROM other");
        var ledger = Ledger();
        var up = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.EqualTo(1));
            Assert.That(up.Errors, Does.Contain("tags is a view, not a table"));
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [Test]
    public void Triggers_of_another_roles_table_with_a_name_of_Kongs_do_not_run(
        [Values("schema_meta", "locks", "keys")] string table)
    {
        StartOld();
        var planter = $"planter_{Database.Name}";
        Database.Execute($"CREATE ROLE {planter} LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO {planter}; DROP TABLE IF EXISTS {table}");
        using (var connection = Database.Connect(planter))
        {
            using var plant = new Npgsql.NpgsqlCommand(
                $"""
                CREATE TABLE {table} {(table == "locks" ? "(key text PRIMARY KEY, owner text, ttl timestamptz)"
                    : "(key text, subsystem text, last_executed text, executed text[], pending text[], PRIMARY KEY (key, subsystem))")};
                CREATE FUNCTION gain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE {planter} SUPERUSER; RETURN NEW; END $$;
                CREATE TRIGGER gain BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE PROCEDURE gain();
                GRANT ALL ON {table} TO PUBLIC;
                """,
                connection);
            plant.ExecuteNonQuery();
        }

        var results = new[] { "bootstrap", "up", "migrate", "up --force" }.Select(command => Migrator(command)).ToList();
        var isSuperuser = Database.Query($"SELECT rolsuper::text FROM pg_roles WHERE rolname = '{planter}'");
        Database.Execute($"DROP OWNED BY {planter} CASCADE; DROP ROLE {planter}");
        Assert.Multiple(() =>
        {
            Assert.That(isSuperuser, Is.EqualTo(new[] { "false" }));
            Assert.That(results.Select(r => r.Errors),
                Has.Some.Contains($"table {table} belongs to {planter}").And.Some.Contains(
                    table == "schema_meta" ? $"pg_user = {planter}" : $"ALTER TABLE public.{table} OWNER TO kong;"));
            Assert.That(results.Select(r => r.ExitCode).Skip(1), Is.All.AnyOf(3, 9));
        });
    }

    [Test]
    public void A_trigger_function_owned_by_another_role_is_refused()
    {
        var planter = $"planter_{Database.Name}";
        Database.Execute(
            $"""
            CREATE ROLE {planter};
            CREATE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            ALTER FUNCTION sync_tags() OWNER TO {planter};
            """);
        var result = Migrator("bootstrap");
        var tables = Tables();
        Database.Execute($"DROP OWNED BY {planter} CASCADE; DROP ROLE {planter}");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(9));
            Assert.That(result.Errors, Does.Contain($"function sync_tags() belongs to {planter}"));
            Assert.That(tables, Is.Empty);
        });
    }

    [TestCase("UPDATE schema_meta SET executed = '{{a,b},{c,d}}' WHERE subsystem = 'core'", "more than one dimension")]
    [TestCase("ALTER TABLE schema_meta DROP CONSTRAINT schema_meta_pkey; ALTER TABLE schema_meta ALTER subsystem DROP NOT NULL; INSERT "
        + "INTO schema_meta (key) VALUES ('schema_meta')", "a row has no subsystem")]
    [TestCase("ALTER TABLE schema_meta DROP CONSTRAINT schema_meta_pkey; INSERT INTO schema_meta SELECT * FROM schema_meta WHERE "
        + "subsystem = 'core'", "subsystem 'core' has 2 rows")]
    [TestCase("INSERT INTO schema_meta (key, subsystem) SELECT 'schema_meta', 's' || n FROM generate_series(1, 2000) AS n",
        "more than 1000 rows")]
    public void Malformed_ledger_rows_are_refused_with_a_reason(string sql, string flaw)
    {
        Migrator("bootstrap");
        Database.Execute(sql);
        Assert.Multiple(() =>
        {
            foreach (var command in new[] { "list", "up", "finish", "bootstrap" })
            {
                var result = Migrator(command);
                Assert.That(result.ExitCode, Is.EqualTo(1), command);
                Assert.That(result.Errors, Does.Contain(flaw).And.Contain("Nothing has been changed").And.Not.Contain("foreseen"), command);
            }
        });
    }

    [TestCase("290000-01-01", "runs out at 290000-01-01")]
    [TestCase("infinity", "no end")]
    public void A_lock_with_an_expiry_outside_the_range_of_DateTime_is_reported(string ttl, string expected)
    {
        StartOld();
        Database.Execute($"INSERT INTO locks VALUES ('migrations', 'somebody', '{ttl}')");
        var result = Migrator("up --lock-timeout 0");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(7));
            Assert.That(result.Errors, Does.Contain(expected).And.Not.Contain("foreseen"));
        });
    }

    [Test]
    public void The_error_of_a_trigger_that_needs_a_search_path_says_how_to_set_one()
    {
        StartOld();
        Database.Execute(
            """
            CREATE TABLE audit (id uuid);
            CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (NEW.id); RETURN NEW; END $$;
            CREATE TRIGGER audit AFTER UPDATE ON routes FOR EACH ROW EXECUTE PROCEDURE audit();
            """);
        var refused = Migrator("up");
        Database.Execute("ALTER FUNCTION audit() SET search_path = public, pg_temp");
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Errors, Does.Contain("SET search_path"));
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
        });
    }

    [TestCase("CREATE INDEX x ON schema_meta ((public.f(1) || key))")]
    [TestCase("CREATE TABLE child (CHECK (key <> public.f(1))) INHERITS (schema_meta)")]
    public void Planning_a_query_of_the_ledger_runs_no_function(string sql)
    {
        Migrator("bootstrap");
        Database.Execute(
            $"""
            CREATE FUNCTION public.vol() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped by the planner'; END $$;
            CREATE FUNCTION public.f(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
              $$ BEGIN IF current_setting('application_name') = 'migrator' THEN PERFORM public.vol(); END IF; RETURN ''; END $$;
            {sql};
            CREATE INDEX y ON services ((public.f(1) || name));
            """);
        Assert.Multiple(() =>
        {
            foreach (var command in new[] { "list", "status", "check", "up", "bootstrap", "reset --yes" })
            {
                var result = Migrator(command);
                Assert.That(result.Output + result.Errors, Does.Not.Contain("trapped by").And.Contain("not PostgreSQL's own"), command);
            }
        });
    }

    [TestCase("GRANT TRIGGER ON locks TO {0}", "CREATE TRIGGER t AFTER UPDATE ON locks FOR EACH ROW EXECUTE PROCEDURE mine()",
        "trigger t on table locks calls function mine")]
    [TestCase("GRANT REFERENCES, SELECT ON locks TO {0}", "CREATE TABLE refers (k text REFERENCES locks (key) ON DELETE CASCADE)",
        "is changed with table locks")]
    [TestCase("GRANT CREATE ON SCHEMA public TO {0}", "CREATE TABLE vaults (id int)", "table vaults belongs to")]
    public void Triggers_and_keys_of_other_roles_on_Kongs_tables_are_refused(string grant, string plant, string flaw)
    {
        StartOld();
        var planter = $"planter_{Database.Name}";
        Database.Execute($"CREATE ROLE {planter} LOGIN; CREATE SCHEMA {planter} AUTHORIZATION {planter}; "
            + $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, grant, planter)}");
        using (var connection = Database.Connect(planter))
        {
            using var command = new Npgsql.NpgsqlCommand(
                $"SET search_path = {(plant.Contains("vaults", StringComparison.Ordinal) ? "public" : $"{planter}, public")}; "
                + $"CREATE FUNCTION {planter}.mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; {plant}",
                connection);
            command.ExecuteNonQuery();
        }

        var result = Migrator("up");
        Database.Execute($"DROP OWNED BY {planter} CASCADE; DROP ROLE {planter}");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(9));
            Assert.That(result.Errors, Does.Contain(flaw).And.Contain("Nothing has been changed"));
        });
    }

    [Test]
    public void A_ledger_that_discards_entries_ends_the_run()
    {
        StartOld();
        Database.Execute("CREATE RULE r AS ON INSERT TO schema_meta DO INSTEAD NOTHING");
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("did not store the entry").Or.Contain("[42P10]").Or.Contain("[0A000]"));
        });
    }

    [Test]
    public void A_locks_table_that_discards_rows_is_not_reported_as_another_runner()
    {
        StartOld();
        Database.Execute("CREATE RULE r AS ON INSERT TO locks DO INSTEAD NOTHING");
        var result = Migrator("up --lock-timeout 1");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(7));
            Assert.That(result.Errors, Does.Contain("Every attempt failed").And.Contain("pg_rewrite").Or.Contain("[0A000]"));
        });
    }

    [TestCase("schema_meta")]
    [TestCase("locks")]
    public void The_error_for_a_missing_primary_key_says_how_to_add_it(string table)
    {
        StartOld();
        Database.Execute($"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey");
        var ledger = Ledger();
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain($"ALTER TABLE public.{table} ADD PRIMARY KEY"));
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [Test]
    public void A_type_with_a_name_of_Kongs_is_refused_before_anything_changes()
    {
        StartOld();
        Database.Execute("CREATE TYPE keys AS ENUM ('a')");
        var ledger = Ledger();
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.Errors, Does.Contain("keys is a type, not a table"));
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [TestCase("CREATE RULE r AS ON UPDATE TO routes DO INSTEAD NOTHING", "rule r on table routes runs instead",
        "DROP RULE r ON public.routes;")]
    [TestCase("CREATE RULE r AS ON UPDATE TO plugins WHERE OLD.name = 'acl' DO INSTEAD NOTHING", "rule r on table plugins",
        "DROP RULE r ON public.plugins;")]
    [TestCase("NULL UPDATE routes", "of table routes", "ALTER TABLE public.routes DISABLE TRIGGER a;")]
    [TestCase("OLD UPDATE routes", "of table routes", "ALTER TABLE public.routes DISABLE TRIGGER a;")]
    [TestCase("OLD UPDATE plugins", "of table plugins", "ALTER TABLE public.plugins DISABLE TRIGGER a;")]
    [TestCase("NULL UPDATE targets", "of table targets", "ALTER TABLE public.targets DISABLE TRIGGER a;")]
    public void A_rule_or_trigger_that_discards_a_rewrite_stops_the_run_and_the_remedy_helps(string plant, string flaw, string repair)
    {
        StartOld();
        if (plant.Split(' ') is [var result, var operation, var table])
        {
            plant = $"CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN {result}; END'; "
                + $"CREATE TRIGGER a BEFORE {operation} ON {table} FOR EACH ROW EXECUTE PROCEDURE tr()";
        }

        Database.Execute(
            """
            INSERT INTO upstreams (id, name, slots) VALUES ('00000000-0000-4000-8000-000000000002', 'u', 10);
            INSERT INTO targets (id, target, weight, upstream_id) VALUES (md5(random()::text)::uuid, 'h:80', 1,
              '00000000-0000-4000-8000-000000000002');
            INSERT INTO plugins (id, name, config, enabled) VALUES (md5('a')::uuid, 'rate-limiting', '{"redis_host": "h"}', true);
            """ + plant);
        var check = Migrator("check");
        var run = Migrator("migrate --finish");
        Database.Execute(repair);
        var again = Migrator("migrate --finish");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1), run.Errors);
            Assert.That(run.Errors, Does.Contain(flaw).And.Contain(repair));
            Assert.That(check.Output, Does.Contain(plant.Contains("RULE", StringComparison.Ordinal) ? flaw : "[warn] rw triggers"));
            Assert.That(again.ExitCode, Is.Zero, again.Errors);
        });
    }

    [TestCase("AFTER UPDATE ON routes FOR EACH ROW", "UPDATE routes SET paths = OLD.paths WHERE id = OLD.id", "routes")]
    [TestCase("AFTER UPDATE ON routes FOR EACH ROW", "DELETE FROM routes WHERE id = OLD.id", "routes")]
    [TestCase("AFTER UPDATE ON routes", "UPDATE routes SET paths = ARRAY['/old']", "routes")]
    [TestCase("AFTER UPDATE ON plugins FOR EACH ROW", "UPDATE plugins SET config = OLD.config WHERE id = OLD.id", "plugins")]
    [TestCase("AFTER UPDATE ON plugins FOR EACH ROW DEFERRED", "UPDATE plugins SET config = OLD.config WHERE id = OLD.id", "plugins")]
    [TestCase("AFTER UPDATE ON routes FOR EACH ROW DEFERRED", "UPDATE routes SET paths = OLD.paths WHERE id = OLD.id", "routes")]
    [TestCase("AFTER DELETE ON targets FOR EACH ROW", "INSERT INTO targets SELECT OLD.*", "targets")]
    [TestCase("AFTER INSERT ON sm_vaults FOR EACH ROW", "DELETE FROM sm_vaults WHERE id = NEW.id", "sm_vaults")]
    [TestCase("BEFORE INSERT ON sm_vaults FOR EACH ROW", "RETURN NULL", "sm_vaults")]
    [TestCase("BEFORE INSERT OR UPDATE ON schema_meta FOR EACH ROW",
        "IF NEW.subsystem = 'acl' OR NEW.subsystem = 'core' THEN RETURN NULL; END IF", "schema_meta")]
    [TestCase("BEFORE INSERT OR UPDATE ON schema_meta FOR EACH ROW", "NEW.subsystem = 'x'", "schema_meta")]
    [TestCase("AFTER INSERT OR UPDATE ON schema_meta FOR EACH ROW DEFERRED", "DELETE FROM schema_meta WHERE subsystem = NEW.subsystem",
        "schema_meta")]
    public void A_trigger_that_undoes_what_is_written_is_named_and_nothing_is_kept(string when, string what, string table)
    {
        StartOld();
        var isDeferred = when.EndsWith(" DEFERRED", StringComparison.Ordinal);
        Database.Execute(
            $"""
            CREATE TABLE sm_vaults (LIKE vaults_beta INCLUDING ALL);
            INSERT INTO vaults_beta (id, ws_id, prefix, name, config) SELECT md5('a')::uuid, id, 'p', 'env', '{"{}"}' FROM workspaces;
            INSERT INTO upstreams (id, name, slots) VALUES ('00000000-0000-4000-8000-000000000002', 'u', 10);
            INSERT INTO targets (id, target, weight, upstream_id, created_at) SELECT md5(random()::text)::uuid, 'h:80', 1,
              '00000000-0000-4000-8000-000000000002', now() + i * interval '1 s' FROM generate_series(1, 2) AS i;
            INSERT INTO plugins (id, name, config, enabled)
              VALUES (md5('a')::uuid, 'rate-limiting', '{"{"}"redis_host": "h"{"}"}', true);
            CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$ BEGIN
              IF pg_trigger_depth() < 2 THEN {what}; END IF; RETURN NEW; END $$;
            """);
        Database.Execute(isDeferred
            ? $"CREATE CONSTRAINT TRIGGER undo {when[..when.IndexOf(" FOR", StringComparison.Ordinal)]} DEFERRABLE INITIALLY DEFERRED "
                + "FOR EACH ROW EXECUTE PROCEDURE undo()"
            : $"CREATE TRIGGER undo {when} EXECUTE PROCEDURE undo()");
        var check = Migrator("check");
        var run = Migrator("migrate --finish");
        var repair = $"ALTER TABLE public.{when.Split(' ').SkipWhile(w => w != "ON").ElementAt(1)} DISABLE TRIGGER undo;";
        Database.Execute(repair);
        var again = Migrator("migrate --finish");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1), run.Errors);
            Assert.That(run.Errors, Does.Contain($"of table {table}: what was written was discarded or changed by trigger undo on table"));
            Assert.That(run.Errors, Does.Contain(repair));
            Assert.That(check.Output, Does.Contain("[warn] rw triggers").And.Contain("undo on "));
            Assert.That(again.ExitCode, Is.Zero, again.Errors);
            Assert.That(Database.Query("SELECT id FROM routes WHERE paths = '{/old}'"), Is.Empty);
            Assert.That(Database.Query("SELECT id FROM plugins WHERE config ? 'redis_host'"), Is.Empty);
        });
    }

    [TestCase("CREATE RULE r AS ON UPDATE TO routes DO ALSO DELETE FROM routes WHERE id = OLD.id", "DROP RULE r ON public.routes;")]
    [TestCase("CREATE RULE r AS ON UPDATE TO schema_meta DO ALSO NOTIFY x", "DROP RULE r ON public.schema_meta;")]
    public void A_rule_that_undoes_what_is_written_is_named_and_the_remedy_helps(string plant, string repair)
    {
        StartOld();
        Database.Execute(plant);
        var run = Migrator("up");
        Database.Execute(repair);
        var again = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1), run.Errors);
            Assert.That(run.Errors, Does.Contain(repair));
            Assert.That(again.ExitCode, Is.Zero, again.Errors);
        });
    }

    [TestCase("CREATE RULE r AS ON UPDATE TO schema_meta DO ALSO NOTIFY x", "DROP RULE r ON public.schema_meta;")]
    [TestCase("CREATE RULE r AS ON INSERT TO locks DO INSTEAD NOTHING", "DROP RULE r ON public.locks;")]
    public void Check_and_plan_name_a_rule_on_the_ledger_before_up_refuses_it(string plant, string repair)
    {
        StartOld();
        Database.Execute(plant);
        Assert.Multiple(() =>
        {
            Assert.That(Migrator("check").Output, Does.Contain("[FAIL] rw ledger rules").And.Contain(repair));
            Assert.That(Migrator("plan up").Output, Does.Contain(repair));
            Assert.That(Migrator("up --lock-timeout 1").ExitCode, Is.Not.Zero);
        });
    }

    [Test]
    public void A_log_of_changes_by_trigger_and_by_rule_does_not_stop_a_run()
    {
        StartOld();
        Database.Execute(
            """
            CREATE TABLE log (what text);
            CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$ BEGIN INSERT INTO log VALUES (TG_OP);
              RETURN NULL; END $$;
            CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON routes FOR EACH ROW EXECUTE PROCEDURE log();
            CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON schema_meta FOR EACH ROW EXECUTE PROCEDURE log();
            CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON plugins FOR EACH ROW EXECUTE PROCEDURE log();
            CREATE RULE log AS ON UPDATE TO plugins DO ALSO INSERT INTO log VALUES ('rule');
            INSERT INTO plugins (id, name, config, enabled) VALUES (md5('a')::uuid, 'rate-limiting', '{"redis_host": "h"}', true);
            """);
        var run = Migrator("migrate --finish");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Errors);
            Assert.That(Database.Query("SELECT what FROM log"), Does.Contain("UPDATE").And.Contain("rule"));
        });
    }

    [Test]
    public void A_trigger_that_changes_nothing_of_a_rewrite_does_not_stop_it()
    {
        StartOld();
        Database.Execute(
            """
            CREATE TRIGGER a BEFORE UPDATE ON routes FOR EACH ROW EXECUTE PROCEDURE suppress_redundant_updates_trigger();
            CREATE TRIGGER a BEFORE UPDATE ON plugins FOR EACH ROW EXECUTE PROCEDURE suppress_redundant_updates_trigger();
            CREATE TRIGGER a BEFORE UPDATE OR DELETE ON targets FOR EACH ROW EXECUTE PROCEDURE suppress_redundant_updates_trigger();
            """);
        var run = Migrator("migrate --finish");
        Assert.That(run.ExitCode, Is.Zero, run.Errors);
    }

    [TestCase("CREATE INDEX i ON routes ((public.code(name)))")]
    [TestCase("CREATE STATISTICS s ON (public.code('a')), name FROM routes")]
    [TestCase("ALTER TABLE routes ADD COLUMN extra int DEFAULT public.code('a')")]
    [TestCase("CREATE DOMAIN public.checked AS int CHECK (public.code('a') > 0); ALTER TABLE routes ADD COLUMN extra public.checked")]
    public void A_superuser_who_only_reads_runs_no_code_of_the_owner(string plant)
    {
        StartOld();
        RequireVersionOf(plant);
        var owner = $"{Database.Name}_owner";
        Database.Execute(
            $"CREATE ROLE {owner}; ALTER SCHEMA public OWNER TO {owner};" +
            """
            CREATE FUNCTION public.vol() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
            CREATE FUNCTION public.code(text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
              IF current_setting('application_name') = 'migrator' THEN PERFORM public.vol(); END IF; RETURN 1; END $$;
            """ + plant + $"; ALTER FUNCTION public.code(text) OWNER TO {owner}");
        foreach (var command in new[] { "plan up --count", "advise" })
        {
            var result = Migrator(command);
            Assert.That(result.ExitCode, Is.EqualTo(9), command);
            Assert.That(result.Errors, Does.Contain($"which belongs to {owner}").And.Not.Contain("trapped"), command);
        }
    }

    // What a role that owned the table before may leave on it, and what removes it. run() is called by text only.
    [TestCase("ALTER TABLE plugins ADD CONSTRAINT k CHECK ({0} IS NOT NULL) NOT VALID", "constraint k on table",
        "ALTER TABLE public.plugins DROP CONSTRAINT k;")]
    [TestCase("ALTER TABLE plugins ADD CONSTRAINT k CHECK (set_config('role', 'none', true) <> '') NOT VALID", "function set_config",
        "ALTER TABLE public.plugins DROP CONSTRAINT k;")]
    [TestCase("ALTER TABLE plugins ADD CONSTRAINT k CHECK (table_to_xml('public.view', true, true, '') IS NOT NULL) NOT VALID",
        "function table_to_xml", "ALTER TABLE public.plugins DROP CONSTRAINT k;")]
    [TestCase("ALTER TABLE plugins ADD CONSTRAINT k CHECK (domain_in('x', 'public.checked'::regtype::oid, -1) IS NULL) NOT VALID",
        "function domain_in", "ALTER TABLE public.plugins DROP CONSTRAINT k;")]
    [TestCase("ALTER TABLE workspaces ADD COLUMN z text DEFAULT {0}::text", "column z",
        "ALTER TABLE public.workspaces ALTER COLUMN z DROP DEFAULT;")]
    [TestCase("CREATE DOMAIN late AS text CHECK ({0} IS NOT NULL); ALTER TABLE routes ADD COLUMN z late",
        "constraint late_check of domain public.late uses",
        "ALTER DOMAIN public.late DROP CONSTRAINT late_check;")]
    [TestCase("CREATE DOMAIN late AS text DEFAULT {0}::text; ALTER TABLE routes ADD COLUMN z late[]",
        "type public.late uses", "ALTER DOMAIN public.late DROP DEFAULT;")]
    [TestCase("CREATE RULE r AS ON UPDATE TO plugins DO ALSO SELECT {0}", "rule r on table", "DROP RULE r ON public.plugins;")]
    [TestCase("CREATE RULE r AS ON UPDATE TO plugins DO ALSO UPDATE pg_settings SET setting = 'none' WHERE name = 'role'",
        "uses view pg_settings", "DROP RULE r ON public.plugins;")]
    [TestCase("CREATE RULE r AS ON UPDATE TO plugins DO ALSO UPDATE pg_authid SET rolsuper = true WHERE rolname = 'x'",
        "uses table pg_authid", "DROP RULE r ON public.plugins;")]
    [TestCase("CREATE TABLE log (x xml DEFAULT {0}); CREATE RULE r AS ON UPDATE TO plugins DO ALSO INSERT INTO log DEFAULT VALUES",
        "column x", "ALTER TABLE public.log ALTER COLUMN x DROP DEFAULT;")]
    [TestCase("CREATE TRIGGER r BEFORE UPDATE ON plugins FOR EACH ROW WHEN ({0} IS NOT NULL) EXECUTE PROCEDURE "
        + "suppress_redundant_updates_trigger()", "trigger r on table", "DROP TRIGGER r ON public.plugins;")]
    [TestCase("CREATE POLICY p ON plugins USING ({0} IS NOT NULL)", "policy p on table", "DROP POLICY p ON public.plugins;")]
    [TestCase("CREATE STATISTICS s ON (table_to_xmlschema('public.view', true, true, '')::text), name FROM plugins",
        "function table_to_xmlschema", "DROP STATISTICS public.s;")]
    [TestCase("CREATE TABLE child () INHERITS (plugins)", "child inherits from table",
        "ALTER TABLE public.child NO INHERIT public.plugins;")]
    [TestCase("CREATE TABLE child () INHERITS (plugins); CREATE INDEX ON child ((public.code(1)))", "child inherits from table",
        "ALTER TABLE public.child NO INHERIT public.plugins;")]
    [TestCase("CREATE TABLE child () INHERITS (plugins); INSERT INTO child SELECT * FROM plugins; CREATE TRIGGER t BEFORE UPDATE ON child "
        + "FOR EACH ROW EXECUTE PROCEDURE note()", "child inherits from table", "ALTER TABLE public.child NO INHERIT public.plugins;")]
    [TestCase("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE child () INHERITS (plugins) "
        + "SERVER s", "child inherits from table", "ALTER TABLE public.child NO INHERIT public.plugins;")]
    [TestCase("CREATE TABLE parent (name text); ALTER TABLE acls ADD COLUMN name text; ALTER TABLE acls INHERIT parent",
        "acls inherits from table", "ALTER TABLE public.acls NO INHERIT public.parent;")]
    [TestCase("CREATE TABLE parent (LIKE acls) PARTITION BY LIST (\"group\"); ALTER TABLE parent ATTACH PARTITION acls DEFAULT",
        "acls inherits from table", "ALTER TABLE public.parent DETACH PARTITION public.acls;")]
    public void What_runs_any_code_with_a_table_is_found_before_it_runs_and_the_remedy_helps(string plant, string flaw, string repair)
    {
        StartOld();
        RequireVersionOf(plant);
        Database.Execute(
            """
            INSERT INTO plugins (id, name, config, enabled) VALUES (md5('a')::uuid, 'rate-limiting', '{"redis_host": "h"}', true);
            CREATE TABLE seen (who text);
            CREATE FUNCTION run() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
              IF current_setting('application_name') = 'migrator' THEN
                RAISE WARNING 'trapped'; INSERT INTO public.seen VALUES (current_user);
              END IF; RETURN true; END $$;
            CREATE FUNCTION code(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM public.run(); RETURN 1; END $$;
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.run(); RETURN NEW; END $$;
            CREATE VIEW view AS SELECT public.run();
            CREATE DOMAIN checked AS text CHECK (public.run());
            """ + plant.Replace("{0}", "query_to_xml('SELECT public.run()', true, true, '')", StringComparison.Ordinal));
        var check = Migrator("check");
        var plan = Migrator("plan up");
        var runs = new[] { "plan up --count", "advise", "up", "migrate" }.Select(command => Migrator(command)).ToList();
        var seen = Database.Query("SELECT who FROM seen");
        Database.Execute(repair);
        var again = Migrator("migrate --finish");
        var isOnlyWritten = plant.StartsWith("CREATE TRIGGER", StringComparison.Ordinal)
            || plant.StartsWith("CREATE TABLE log", StringComparison.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(check.Output, Does.Contain(flaw).And.Contain(repair));
            Assert.That(plan.Output + plan.Errors, Does.Contain(repair));
            Assert.That(runs.Select(r => r.Errors), Has.None.Contains("trapped"));

            // Reading runs no trigger and no rule.
            Assert.That(runs.Skip(isOnlyWritten ? 2 : 0).Select(r => r.Errors), Has.All.Contains(repair));
            Assert.That(runs.Skip(2).Select(r => r.ExitCode), Is.All.EqualTo(9));
            Assert.That(seen, Is.Empty);
            Assert.That(again.ExitCode, Is.Zero, again.Errors);
        });
    }

    [Test]
    public void A_partitioned_table_with_a_name_of_Kongs_is_refused()
    {
        StartOld();
        Database.Execute("DROP TABLE acme_storage; CREATE TABLE acme_storage (id uuid, key text) PARTITION BY LIST (key)");
        Assert.Multiple(() =>
        {
            foreach (var command in new[] { "up", "plan up --count", "advise" })
            {
                Assert.That(Migrator(command).Errors, Does.Contain("acme_storage is a partitioned table, not"), command);
            }
        });
    }

    [Test]
    public void Ordinary_additions_of_an_operator_are_no_reason_to_stop()
    {
        StartOld();
        Database.Execute(
            """
            CREATE TABLE log (id uuid DEFAULT md5(random()::text)::uuid, at timestamptz DEFAULT clock_timestamp(), what text, who text);
            CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION is_good(text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
            CREATE RULE log AS ON UPDATE TO plugins DO ALSO (INSERT INTO log (what, who) VALUES (current_query(), current_user);
              SELECT pg_notify('kong', OLD.id::text));
            ALTER TABLE routes ADD COLUMN n bigserial, ADD COLUMN r float8 DEFAULT random(), ADD COLUMN m int DEFAULT public.mine(),
              ADD CONSTRAINT k CHECK (public.is_good(name)) NO INHERIT;
            CREATE INDEX ON routes (lower(name)) WHERE name LIKE 'a%';
            CREATE POLICY p ON services USING (name = current_setting('app.name', true) OR pg_has_role('kong', 'MEMBER'));
            CREATE TRIGGER t BEFORE UPDATE ON routes FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE PROCEDURE
              suppress_redundant_updates_trigger();
            """);
        Assert.Multiple(() =>
        {
            foreach (var command in new[] { "check", "plan up --count", "advise", "migrate --finish" })
            {
                var result = Migrator(command);
                Assert.That(result.ExitCode, Is.Zero, command + result.Output + result.Errors);
            }
        });
    }

    [Test]
    public void A_view_on_a_table_that_is_dropped_is_named()
    {
        StartOld();
        Database.Execute("CREATE VIEW names AS SELECT name FROM vaults_beta");
        Assert.That(Migrator("up").ExitCode, Is.Zero);
        var finish = Migrator("finish");
        Assert.Multiple(() =>
        {
            Assert.That(finish.ExitCode, Is.EqualTo(1));
            Assert.That(finish.Errors, Does.Contain("[2BP01]").And.Contain("view public.names depends on table public.vaults_beta"));
        });
    }

    [Test]
    public void Error_details_with_values_of_a_row_are_not_printed()
    {
        StartOld();
        Database.Execute(
            """
            CREATE TABLE public.seen (name text PRIMARY KEY);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen
              VALUES ('a-secret-' || 'value'); RETURN NEW; END $$;
            CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE PROCEDURE note();
            """);
        var result = Migrator("up --vv");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("seen_pkey").And.Contain("[23505]").And.Not.Contain("a-secret-value"));
        });
    }

    // Statistics of expressions, and arrays of domains.
    private void RequireVersionOf(string plant)
    {
        var needed = plant.StartsWith("CREATE STATISTICS", StringComparison.Ordinal) ? 14
            : plant.Contains("late[]", StringComparison.Ordinal) ? 11 : 10;
        if (Database.Query($"SELECT 1 WHERE current_setting('server_version_num')::int < {needed}0000").Count > 0)
        {
            Assert.Ignore($"PostgreSQL {needed} has it first");
        }
    }

    [Test]
    public void A_function_of_the_operator_that_is_volatile_only_by_default_may_be_declared_harmless()
    {
        StartOld();
        Database.Execute(
            """
            CREATE FUNCTION is_good(text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
            ALTER TABLE routes ADD CONSTRAINT k CHECK (public.is_good(name));
            """);
        var check = Migrator("check");
        const string Declare = "ALTER FUNCTION public.is_good(text) STABLE;";
        Assert.That(check.Output, Does.Contain("as its owner: " + Declare));
        Database.Execute(Declare);
        Assert.That(Migrator("up").ExitCode, Is.Zero);
    }

    [Test]
    public void Check_warns_if_others_may_create_in_the_schema_and_prints_the_REVOKE()
    {
        Database.Execute("GRANT CREATE ON SCHEMA public TO PUBLIC");
        var open = Migrator("check");
        Database.Execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        var closed = Migrator("check");
        Assert.Multiple(() =>
        {
            Assert.That(open.Output, Does.Contain("[warn]").And.Contain("REVOKE CREATE ON SCHEMA \"public\" FROM PUBLIC;"));
            Assert.That(closed.Output, Does.Not.Contain("[warn] rw only the owner may create"));
        });
    }
}
