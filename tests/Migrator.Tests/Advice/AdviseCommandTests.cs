using System.Text.Json;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Advice;

/// <summary>
/// Tests of <c>migrator advise</c> on the rows of which a real Kong 3.9.3 said, after the upgrade, what it refuses (verdicts.json).
/// </summary>
internal sealed class AdviseCommandTests : CommandTest
{
    private static readonly (string, string) Traditional = ("router_flavor", "traditional");

    private static readonly JsonElement Verdicts = JsonDocument.Parse(File.ReadAllText(Data("verdicts.json"))).RootElement;

    [Test]
    public void With_many_findings_JSON_fits_into_the_memory_of_a_container_of_32_MiB()
    {
        StartBootstrapped("2.8");
        Database.Execute(
            "INSERT INTO routes (id, name, paths, hosts, ws_id, protocols) SELECT gen_random_uuid(), 'r' || i, "
                + "ARRAY['/a(' || repeat('x', 20)], ARRAY['bad host ' || repeat('y', 20)], (SELECT id FROM workspaces), '{http}' "
                + "FROM generate_series(1, 2000) AS i");
        using var conf = KongConf.For(Database);
        var advise = MigratorProcess.Run(
            $"advise --json -c {conf.Path}",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "1000000" });
        Assert.That(advise.ExitCode, Is.Zero.Or.EqualTo(1), advise.Errors);
        Assert.That(advise.Output, Does.Contain("\"truncated\": true").And.EndWith("}\n"));
    }

    [Test]
    public void Before_the_upgrade_it_finds_every_row_that_Kong_refuses_after_it()
    {
        StartWithRows();
        var result = Migrator("advise --json", Traditional);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        AssertVerdicts(result);
        Assert.That(Migrator("list").ExitCode, Is.EqualTo(5), "nothing has been changed");

        // Other tests use other databases of the same server at the same time.
        Assert.That(Database.Query(
            "SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database() "
                + "WHERE locktype = 'advisory'").Single(), Is.EqualTo("0"));
    }

    [Test]
    public void After_up_and_after_finish_it_finds_the_same()
    {
        StartWithRows();
        Migrator("up");
        AssertVerdicts(Migrator("advise --json", Traditional));
        Migrator("finish");
        AssertVerdicts(Migrator("advise --json", Traditional));
    }

    [Test]
    public void The_text_has_the_counts_first_and_a_remedy_for_each_row()
    {
        StartWithRows();
        var result = Migrator("advise", Traditional);
        Assert.That(result.Output,
            Does.Match(@"(?s)as they will be after up and finish, by the rules of gateway 3\.9\.3:\n\n +rows +findings\n"
                + @"  stops the gateway +5 .*\nstops the gateway:\n").And
                .Contain("could not create router: could not categorize route").And
                .Contain("do:  DELETE FROM \"public\".\"plugins\" WHERE id = ").And
                .Contain("do:  curl -sS -X PATCH http://localhost:8001/routes/"));
    }

    [Test]
    public void A_remedy_can_be_pasted_whatever_is_in_the_row_and_names_the_schema()
    {
        Migrator("bootstrap", ("pg_schema", "my schema"));
        Database.Execute(
            """
            SET search_path = "my schema";
            INSERT INTO plugins (id, name, config, enabled)
              VALUES ('00000000-0000-4000-8000-000000000001', E'x\n; DROP TABLE a; --', '{}', true);
            INSERT INTO routes (updated_at, id, name, paths, protocols)
              VALUES (now(), '00000000-0000-4000-8000-000000000002', 'r', '{"//it''s"}', '{http}');
            """);
        var text = Migrator("advise", ("pg_schema", "my schema")).Output;
        using var json = JsonDocument.Parse(Migrator("advise --json", ("pg_schema", "my schema")).Output);
        var sql = json.RootElement.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("remedy").GetString()!)
            .Single(r => r.StartsWith("DELETE", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("""DELETE FROM "my schema"."plugins" WHERE id = '00000000-0000-4000-8000-000000000001'; --"""));
            Assert.That(text, Does.Contain("""-d '{"paths":["/it'\''s"]}'"""));
            Assert.That(sql, Does.Not.Contain("\n"));
        });
        Database.Execute(sql);
        Assert.That(Database.Query("SELECT count(*) FROM \"my schema\".plugins").Single(), Is.EqualTo("0"));
    }

    [Test]
    public void Up_warns_if_the_gateway_will_not_start_and_refuses_with_strict()
    {
        StartWithRows();
        var refused = Migrator("up --strict", Traditional);
        Assert.That((refused.ExitCode, Migrator("list").ExitCode), Is.EqualTo((1, 5)));
        Assert.That(refused.Errors, Does.Contain("Gateway 3.9 will not start with 5 of the rows").And.Contain("migrator advise -c"));
        var plan = Migrator("plan up", Traditional);
        Assert.That(plan.Output, Does.Contain("5 stop the gateway").And.Contain("See which: migrator advise -c"));
        var warned = Migrator("up", Traditional);
        Assert.That(warned.ExitCode, Is.Zero);
        Assert.That(warned.Errors, Does.Contain("warning: Gateway 3.9 will not start with 5 of the rows"));
    }

    [Test]
    public void A_new_database_has_nothing_to_report()
    {
        StartBootstrapped();
        var result = Migrator("advise --exit-code");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("by the rules of gateway 3.9.3").And.Not.Contain("stops the gateway:"));
    }

    [Test]
    public void With_exit_code_rows_that_cannot_be_edited_end_with_10()
    {
        StartBootstrapped();
        Database.Execute("INSERT INTO upstreams (id, name, slots) VALUES (gen_random_uuid(), 'not a name', 100)");
        Assert.That((Migrator("advise").ExitCode, Migrator("advise --exit-code").ExitCode), Is.EqualTo((0, 10)));
    }

    [Test]
    public void For_a_newer_gateway_settings_are_compared_with_its_and_rows_are_judged_by_the_rules_there_are()
    {
        StartBootstrapped();
        var text = Migrator("advise --gateway-version 3.14.0.1").Output;
        using var json = JsonDocument.Parse(Migrator("advise --json --gateway-version 3.14").Output);
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("is at 3.9; target 3.14.").And.Contain("by the rules of gateway 3.9.3:").And
                .Contain("does not have the rules of gateway 3.14: it may refuse more rows.").And
                .Contain("Its default is off in gateway 3.9 and on in 3.14."));
            Assert.That(json.RootElement.GetProperty("database").GetProperty("target").GetString(), Is.EqualTo("3.14"));
            Assert.That(json.RootElement.GetProperty("settings").EnumerateArray().Select(s => s.GetProperty("name").GetString()),
                Does.Contain("tls_certificate_verify"));
            Assert.That(json.RootElement.GetProperty("summary").GetProperty("rules").GetString(), Is.EqualTo("3.9.3"));
            Assert.That(Migrator("advise").Output, Does.Not.Contain("it may refuse more"));
        });
    }

    [Test]
    public void An_empty_database_and_an_older_target_are_refused()
    {
        Assert.That(Migrator("advise").ExitCode, Is.EqualTo(3));
        var result = Migrator("advise --gateway-version 3.4");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Errors, Does.Contain("advise has the rules of gateway 3.9.3, and not those of 3.4"));
    }

    [Test]
    public void Settings_of_the_gateway_decide_what_a_plugin_and_a_vault_may_be()
    {
        StartBootstrapped();
        Database.Execute(
            """
            INSERT INTO plugins (id, name, config, enabled, protocols) VALUES
              (gen_random_uuid(), 'proxy-cache', '{"strategy": "memory", "memory": {"dictionary_name": "my_cache"}}', true, '{http}'),
              (gen_random_uuid(), 'proxy-cache', '{"strategy": "memory", "memory": {"dictionary_name": "other_cache"}}', true, '{http}'),
              (gen_random_uuid(), 'pre-function', '{"access": ["return 1"]}', true, '{http}');
            INSERT INTO sm_vaults (id, name, prefix, config) VALUES (gen_random_uuid(), 'env', 'my-env', '{}');
            """);
        Assert.Multiple(() =>
        {
            Assert.That(Texts(), Is.EquivalentTo(new[] { "missing shared dict 'my_cache'", "missing shared dict 'other_cache'" }));
            Assert.That(Texts(("nginx_http_lua_shared_dict", "my_cache 10m")), Is.EqualTo(new[] { "missing shared dict 'other_cache'" }));
            Assert.That(Texts(("nginx_http_lua_shared_dict", "my_cache 10m; lua_shared_dict other_cache 1g")), Is.Empty);
            Assert.That(Texts(("nginx_http_include", "/etc/kong/caches.conf")), Is.Empty);
            Assert.That(Texts(("nginx_http_include", "x"), ("vaults", "off")), Is.EqualTo(new[] { "vault 'env' is not installed" }));
            Assert.That(
                Texts(("nginx_http_include", "x"), ("untrusted_lua", "off")),
                Is.EqualTo(new[] { "loading of untrusted Lua code disabled because 'untrusted_lua' config option is set to 'off'" }));
        });
    }

    [Test]
    public void A_role_that_may_only_read_gets_an_answer_and_runs_no_code_of_the_owner()
    {
        StartBootstrapped();
        var (owner, reader) = ($"{Database.Name}_owner", $"{Database.Name}_reader");
        Database.Execute(
            $"""
            CREATE ROLE {owner}; CREATE ROLE {reader} LOGIN;
            ALTER TABLE plugins OWNER TO {owner}; ALTER TABLE schema_meta OWNER TO {owner}; ALTER FUNCTION sync_tags() OWNER TO {owner};
            GRANT USAGE ON SCHEMA public TO {reader}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader};
            REVOKE TEMPORARY ON DATABASE {Database.Name} FROM PUBLIC;
            INSERT INTO plugins (id, name, config, enabled) VALUES ('00000000-0000-4000-8000-000000000001', 'no-such', '{"{}"}', true);
            """);
        var answer = Migrator("advise", ("pg_user", reader));
        Database.Execute(
            $"""
            CREATE FUNCTION public.code(text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
              $$ BEGIN RAISE EXCEPTION 'trapped by %', current_user; END $$;
            ALTER FUNCTION public.code(text) OWNER TO {owner};
            CREATE INDEX i ON routes ((public.code(name)));
            """);
        var refused = Migrator("advise", ("pg_user", reader));
        Assert.Multiple(() =>
        {
            Assert.That(answer.ExitCode, Is.EqualTo(1), "the plugin is not installed" + answer.Errors);
            Assert.That(answer.Output, Does.Contain("no-such"), answer.Errors);
            Assert.That(refused.ExitCode, Is.EqualTo(9), refused.Output);
            Assert.That(refused.Errors, Does.Contain($"which belongs to {owner}").And.Not.Contain("trapped"));
        });
    }

    [Test]
    public void Rows_that_the_Admin_API_cannot_change_are_corrected_by_SQL()
    {
        StartBootstrapped();
        Database.Execute(
            """
            INSERT INTO workspaces (id, name) VALUES ('00000000-0000-4000-8000-000000000002', 'team');
            INSERT INTO upstreams (id, name, algorithm, slots, hash_on, hash_fallback, hash_on_cookie_path)
              VALUES ('00000000-0000-4000-8000-000000000003', 'u', 'round-robin', 10, 'none', 'none', '/');
            INSERT INTO targets (id, upstream_id, target, weight)
              VALUES ('00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000003', 'a b:80', 1);
            INSERT INTO routes (updated_at, id, name, paths, protocols, ws_id)
              VALUES (now(), '00000000-0000-4000-8000-000000000005', 'r', '{"/a//b"}', '{http}', '00000000-0000-4000-8000-000000000002');
            UPDATE upstreams SET ws_id = (SELECT id FROM workspaces WHERE name = 'default');
            """);
        using var json = JsonDocument.Parse(Migrator("advise --json").Output);
        var findings = json.RootElement.GetProperty("findings").EnumerateArray()
            .Where(f => f.GetProperty("table").GetString() is "targets" or "routes")
            .Select(f => (Effect: f.GetProperty("effect").GetString(), Remedy: f.GetProperty("remedy").GetString()!)).ToList();
        Assert.That(findings.Select(f => f.Effect), Is.EquivalentTo(new[] { "cannot-edit", "cannot-edit", "behaviour" }));
        Assert.That(findings.Select(f => f.Remedy).Distinct(StringComparer.Ordinal), Is.EquivalentTo(new[]
        {
            """UPDATE "public"."targets" SET target = 'REPLACE_ME' WHERE id = '00000000-0000-4000-8000-000000000004';""",
            """UPDATE "public"."routes" SET paths = ARRAY['/a/b'] WHERE id = '00000000-0000-4000-8000-000000000005';""",
        }));
        var statements = string.Concat(findings.Select(f => f.Remedy));
        Database.Execute(statements.Replace("REPLACE_ME", "a.example.test:80", StringComparison.Ordinal));
        Assert.That(Migrator("advise").Output, Does.Not.Contain("UPDATE "));
    }

    // What is said of rows.
    private List<string?> Texts(params (string Key, string Value)[] settings)
    {
        using var json = JsonDocument.Parse(Migrator("advise --json", settings).Output);
        return [.. json.RootElement.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("message").GetString())];
    }

    [TestCase("2.8")]
    [TestCase("3.0")]
    [TestCase("3.6")]
    public void Rows_of_older_versions_are_examined_as_they_will_be(string version)
    {
        StartOld(version);
        var before = Migrator("advise --json");
        Migrator("migrate --finish");
        var after = Migrator("advise --json");
        Assert.That(Found(before), Is.EquivalentTo(Found(after)));
        Assert.That(before.Output, Does.Contain("\"after_migrations\": true"));
    }

    private void StartWithRows()
    {
        StartBootstrapped("3.4");
        Assert.That(PsqlProcess.Run(Database, File.ReadAllText(Data("seed-3.4.sql"))).Errors, Is.Empty);
    }

    private static void AssertVerdicts(ProcessResult result) => Assert.Multiple(() =>
    {
        var (stopping, refused) = (Found(result, "stops-gateway"), Found(result, "cannot-edit"));
        Assert.That(stopping, Is.EquivalentTo(Rows("stops_start_or_reading")));
        Assert.That(Rows("refused").Except(refused, StringComparer.Ordinal), Is.Empty, "missed");
    });

    private static HashSet<string> Found(ProcessResult result, string? effect = null)
    {
        using var json = JsonDocument.Parse(result.Output);
        return
        [
            .. json.RootElement.GetProperty("findings").EnumerateArray()
                .Where(f => effect is null || f.GetProperty("effect").GetString() == effect).Select(Row),
        ];
    }

    private static HashSet<string> Rows(string verdict) => [.. Verdicts.GetProperty(verdict).EnumerateArray().Select(Row)];

    private static string Row(JsonElement finding) => $"{finding.GetProperty("table")} {finding.GetProperty("id")}";

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Advice", "data", name);
}
