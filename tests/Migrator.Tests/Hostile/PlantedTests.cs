using System.Text;
using System.Text.RegularExpressions;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Hostile;

/// <summary>Objects that others create in the gateway's schema never run with the privileges of a migration.</summary>
/// <remarks>
/// Up to PostgreSQL 14 every role may create objects in public. The tests create functions, operators, types and relations with every name
/// and with many argument types.
/// </remarks>
internal sealed partial class PlantedTests : CommandTest
{
    private static readonly string[] Types = LongForm.IsAsked
        ? ["text", "name", "oid", "int4", "bool", "jsonb", "timestamptz", "\"char\"", "text[]", "regclass"]
        : ["text", "name", "oid", "int4", "jsonb", "text[]"];

    private static readonly Lazy<(IReadOnlyList<string> Functions, IReadOnlyList<string> Operators)> Used = new(FindUsed);

    [Test]
    public void No_command_runs_a_planted_function_operator_type_or_relation()
    {
        Plant(Database);
        foreach (var command in new[] { "list", "status", "check", "bootstrap", "list", "status", "check", "up", "finish", "migrate",
            "up --force" })
        {
            AssertNotTrapped(command, Migrator(command));
        }

        Assert.That(Database.Query("SELECT count(*)::text FROM pg_catalog.pg_class WHERE relname = 'routes'"), Is.EqualTo(new[] { "1" }));
        AssertNotTrapped("reset", Migrator("reset --yes"), exitCode: 1);
        AssertNotTrapped("reset", Migrator("reset --yes --drop-everything"));
    }

    [Test]
    public void An_upgrade_of_a_database_with_rows_runs_no_planted_object()
    {
        StartOld();
        Database.Execute(
            """
            INSERT INTO plugins (id, name, config, enabled) VALUES (md5('a')::uuid, 'acme', '{"storage_config": {}}', true),
              (md5('b')::uuid, 'rate-limiting', '{"redis_host": "h"}', true), (md5('c')::uuid, 'http-log', '{"headers": {"a": ["b"]}}',
                true);
            INSERT INTO upstreams (id, name, slots) VALUES (md5('u')::uuid, 'u', 1);
            INSERT INTO targets (id, upstream_id, target, weight, tags) VALUES (md5('t')::uuid, md5('u')::uuid, 't', 1, '{x}'),
              (md5('s')::uuid, md5('u')::uuid, 't', 1, '{x}');
            INSERT INTO vaults_beta (id, prefix, name, config, tags) VALUES (md5('v')::uuid, 'p', 'env', '{}', '{x}');
            """);
        Plant(Database);
        AssertNotTrapped("up", Migrator("up"));
        AssertNotTrapped("finish", Migrator("finish"));
        Assert.That(Database.Query("SELECT pg_catalog.count(*)::pg_catalog.text FROM sm_vaults"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public void The_gateways_triggers_run_no_planted_object_in_any_session()
    {
        Assert.That(Migrator("bootstrap").ExitCode, Is.Zero);
        Plant(Database);
        Assert.That(
            () => Database.Execute(
                """
                INSERT INTO services (id, name, tags) VALUES ('00000000-0000-4000-8000-000000000001', 's', '{a}');
                UPDATE services SET tags = '{b}';
                INSERT INTO cluster_events (id, node_id, at, expire_at) VALUES ('00000000-0000-4000-8000-000000000002',
                  '00000000-0000-4000-8000-000000000003', '2020-01-01', '2020-01-01');
                DELETE FROM services;
                """),
            Throws.Nothing);
        Assert.That(Database.Query("SELECT tags FROM tags"), Is.Empty);
        Assert.That(Database.Query("SELECT id FROM cluster_events"), Is.Empty);
    }

    [Test]
    public void Kongs_function_that_depends_on_the_search_path_is_replaced_before_a_rewrite()
    {
        StartOld();
        Database.Execute(
            """
            CREATE OR REPLACE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'DELETE' THEN DELETE FROM tags WHERE entity_id = OLD.id; RETURN OLD; END IF;
              INSERT INTO tags VALUES (NEW.id, TG_TABLE_NAME, NEW.tags) ON CONFLICT (entity_id) DO UPDATE SET tags = excluded.tags;
              RETURN NEW;
            END $$;
            INSERT INTO vaults_beta (id, prefix, name, config, tags) VALUES (md5('v')::uuid, 'p', 'env', '{}', '{x}');
            DELETE FROM tags;
            """);
        var up = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(Database.Query("SELECT tags FROM tags WHERE entity_name = 'sm_vaults'"), Is.EqualTo(new[] { "{x}" }));
        });
    }

    [Test]
    public void Temporary_tables_in_a_pooled_session_do_not_hide_the_catalogue()
    {
        if (PoolerServer.Program is null)
        {
            Assert.Ignore("PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        }

        using var pooler = PoolerServer.Start(Database.Server, poolSize: 1);
        var settings = new[] { ("pg_port", $"{pooler.Port}") };
        Assert.That(Migrator("bootstrap", settings).ExitCode, Is.Zero);
        using (var planter = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={pooler.Port};Username=kong;Database={Database.Name};Pooling=false;No Reset On Close=true"))
        {
            planter.Open();
            foreach (var table in new[] { "pg_class", "pg_attribute", "pg_namespace", "pg_roles", "pg_locks", "schema_meta", "locks",
                "routes" })
            {
                using var plant = new NpgsqlCommand($"CREATE TEMPORARY TABLE {table} (x int)", planter);
                plant.ExecuteNonQuery();
            }
        }

        foreach (var command in new[] { "list", "up", "check", "up --force", "reset --yes" })
        {
            AssertNotTrapped(command, Migrator(command, settings));
        }
    }

    private static void AssertNotTrapped(string command, ProcessResult result, int exitCode = 0)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Output + result.Errors, Does.Not.Contain("trapped by"), command);
            Assert.That(result.ExitCode, Is.AnyOf(exitCode, command switch { "list" => 3, "check" => 1, _ => exitCode }),
                $"{command}: {result.Output}{result.Errors}");
        }
    }

    /// <summary>Creates everything that the program uses, under its name, with many types, and asserts that it would run.</summary>
    private static void Plant(TestDatabase database)
    {
        var (functions, operators) = Used.Value;
        var sql = new StringBuilder("SET search_path = pg_catalog; SET check_function_bodies = off;");
        foreach (var function in functions)
        {
            var lists = Types.SelectMany(a => Types.Select(b => $"{a}, {b}")).Concat(Types)
                .Concat(Enumerable.Range(3, 8)
                    .SelectMany(n => new[] { "text", "name", "oid" }.Select(t => string.Join(", ", Enumerable.Repeat(t, n)))));
            foreach (var list in lists)
            {
                sql.Append($"CREATE FUNCTION public.{function}({list}) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                    + $"'trapped by {function}'; END $$;");
            }
        }

        sql.Append("CREATE FUNCTION public.json_build_object(text, text, text, text, text, text[], text, text[]) RETURNS json LANGUAGE "
            + "plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped by json'; END $$;");
        foreach (var (a, b) in Types.SelectMany(a => Types.Select(b => (a, b))))
        {
            sql.Append($"CREATE FUNCTION public.trap({a}, {b}) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped by an "
                + "operator'; END $$;");
            foreach (var symbol in operators)
            {
                sql.Append($"CREATE OPERATOR public.{symbol} (LEFTARG = {a}, RIGHTARG = {b}, FUNCTION = public.trap);");
            }
        }

        foreach (var type in new[] { "text", "name", "int4", "int8", "uuid", "jsonb", "timestamptz", "regclass", "regproc", "bool",
            "bytea" })
        {
            sql.Append($"CREATE DOMAIN public.{type} AS pg_catalog.{type} CHECK (public.trap('a'::pg_catalog.text, "
                + "'b'::pg_catalog.text));");
        }

        foreach (var relation in new[] { "pg_class", "pg_attribute", "pg_namespace", "pg_roles", "pg_locks", "pg_proc", "pg_trigger",
            "pg_constraint", "pg_database", "pg_depend", "pg_stat_activity" })
        {
            sql.Append($"CREATE VIEW public.{relation} AS SELECT public.trap('a'::pg_catalog.text, 'b'::pg_catalog.text) AS oid;");
        }

        database.Execute(sql.ToString());
        Assert.That(
            () => database.Execute("SET search_path = public; SELECT json_build_object('a'::pg_catalog.text, 'b'::pg_catalog.text, "
                + "'c'::pg_catalog.text, 'd'::pg_catalog.text, 'e'::pg_catalog.text, '{}'::pg_catalog.text[], 'g'::pg_catalog.text, "
                + "'{}'::pg_catalog.text[])"),
            Throws.TypeOf<PostgresException>().With.Message.Contain("trapped"));
    }

    /// <summary>The functions and operators that the program's SQL uses.</summary>
    /// <remarks>They are all words and symbols of the server's log that its catalogue contains.</remarks>
    private static (IReadOnlyList<string> Functions, IReadOnlyList<string> Operators) FindUsed()
    {
        using var server = PostgresServer.Start(["log_statement = all", "logging_collector = off"]);
        using var database = server.CreateDatabase();
        OldDatabase.Fill(database);
        foreach (var command in new[] { "list", "check", "up", "finish", "reset --yes", "bootstrap", "up --force" })
        {
            using var conf = KongConf.For(database);
            Assert.That(MigratorProcess.Run($"{command} -c {conf.Path}").ExitCode, Is.Not.EqualTo(1), command);
        }

        var log = File.ReadAllText(Path.Combine(server.Folder, "log"));
        var words = Word().Matches(log).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var symbols = Symbol().Matches(log).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        return (
            [.. database.Query("SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN "
                + "('f', 'a')").OfType<string>().Where(words.Contains)],
            [.. database.Query("SELECT DISTINCT oprname FROM pg_operator WHERE oprname <> '=>'").OfType<string>().Where(symbols.Contains)]);
    }

    [GeneratedRegex(@"(?<name>[a-z_0-9]+)\s?\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Word();

    [GeneratedRegex(@"[-+*/<>=~!@#%^&|`?]+", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Symbol();
}
