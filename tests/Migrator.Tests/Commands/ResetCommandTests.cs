namespace Migrator.Tests.Commands;

internal sealed class ResetCommandTests : CommandTest
{
    [Test]
    public void Without_a_terminal_and_without_yes_nothing_is_dropped()
    {
        StartBootstrapped();
        var result = Migrator("reset");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Errors, Does.Contain("--yes"));
            Assert.That(Tables(), Does.Contain("routes"));
        });
    }

    [TestCase("reset")]
    [TestCase("bootstrap --force")]
    public void With_json_and_without_yes_the_list_of_what_would_go_is_the_answer(string command)
    {
        StartOld();
        var result = Migrator($"{command} --json");
        var answer = System.Text.Json.Nodes.JsonNode.Parse(result.Output)!;
        var rows = answer["would_drop"]!["tables"]!.AsArray()
            .ToDictionary(t => t!["table"]!.ToString(), t => t!["rows"]!.GetValue<long>(), StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That((rows["routes"], rows["plugins"]), Is.EqualTo((200, 0)));
            Assert.That(answer["error"]!["code"]!.ToString(), Is.EqualTo("usage"));
            Assert.That(Tables(), Does.Contain("routes"));
        });
    }

    [Test]
    public void With_json_and_yes_what_was_dropped_is_the_answer()
    {
        StartOld();
        var result = Migrator("reset --yes --json");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(System.Text.Json.Nodes.JsonNode.Parse(result.Output)!["dropped"]!["tables"]!.AsArray(), Has.Count.EqualTo(30));
            Assert.That(Tables(), Is.Empty);
        });
    }

    [Test]
    public void Tables_that_cannot_be_read_are_listed_without_numbers()
    {
        StartOld();
        using var reader = Database.Connect();
        using var hold = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE routes", reader);
        hold.ExecuteNonQuery();
        var result = Migrator("reset --json --db-timeout 1s");
        var tables = System.Text.Json.Nodes.JsonNode.Parse(result.Output)!["would_drop"]!["tables"]!.AsArray();
        Assert.That(tables.Single(t => t!["table"]!.ToString() == "routes")!["rows"], Is.Null);
    }

    [Test]
    public void With_drop_everything_all_objects_in_the_schema_are_dropped_and_none_outside_it()
    {
        Migrator("bootstrap", ("pg_schema", "gateway"));
        Database.Execute("CREATE TABLE mine (); CREATE VIEW gateway.seen AS SELECT id FROM gateway.routes; CREATE SEQUENCE "
            + "gateway.numbers");
        var result = Migrator("reset --yes --drop-everything", ("pg_schema", "gateway"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Errors, Does.Contain("view gateway.seen").And.Contain("sequence gateway.numbers"));
            Assert.That(Database.Query("SELECT relname FROM pg_class WHERE relnamespace = 'gateway'::regnamespace"), Is.Empty);
            Assert.That(Database.Query("SELECT proname FROM pg_proc WHERE pronamespace = 'gateway'::regnamespace"), Is.Empty);
            Assert.That(Tables(), Is.EqualTo(new[] { "mine" }));
            Assert.That(Migrator("bootstrap", ("pg_schema", "gateway")).ExitCode, Is.Zero);
        });
    }

    [Test]
    public void With_drop_everything_objects_of_every_kind_are_named_and_dropped()
    {
        Migrator("bootstrap", ("pg_schema", "gateway"));
        Database.Execute(
            """
            SET search_path = gateway;
            CREATE TABLE parts (id int) PARTITION BY LIST (id);
            CREATE TABLE public.part PARTITION OF parts FOR VALUES IN (1);
            CREATE TABLE public.whole (id int) PARTITION BY LIST (id);
            CREATE TABLE piece PARTITION OF public.whole FOR VALUES IN (1);
            CREATE TYPE span AS RANGE (subtype = int);
            CREATE AGGREGATE every_row(*) (sfunc = int8inc, stype = int8, initcond = '0');
            CREATE TABLE t (id serial); CREATE FUNCTION of_t(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE TYPE pair AS (a int, b int); CREATE DOMAIN d AS int; CREATE COLLATION c FROM "C";
            CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
            CREATE TEXT SEARCH CONFIGURATION words (COPY = pg_catalog.simple);
            """);
        var plain = Migrator("reset --yes", ("pg_schema", "gateway"));
        var result = Migrator("reset --yes --drop-everything", ("pg_schema", "gateway"));
        Assert.Multiple(() =>
        {
            Assert.That(plain.ExitCode, Is.EqualTo(1));
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            foreach (var name in new[] { "table gateway.parts", "table public.part", "table gateway.piece", "type gateway.span",
                "every_row", "of_t", "gateway.pair", "gateway.d", "collation", "===", "words" })
            {
                Assert.That(plain.Errors + result.Errors, Does.Contain(name));
            }

            Assert.That(Database.Query("SELECT pg_describe_object(classid, objid, 0) FROM pg_depend WHERE refclassid = "
                + "'pg_namespace'::regclass AND refobjid = 'gateway'::regnamespace"), Is.Empty);
            Assert.That(Tables(), Is.EqualTo(new[] { "whole" }));
        });
    }

    [Test]
    public void An_extension_in_the_schema_is_kept()
    {
        Migrator("bootstrap");
        Database.Execute("CREATE EXTENSION pgcrypto");
        var result = Migrator("reset --yes");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Database.Query("SELECT extname FROM pg_extension WHERE extname = 'pgcrypto'"), Is.Not.Empty);
        });
    }

    [TestCase("\"gw\"")]
    [TestCase("\"")]
    [TestCase("Gateway")]
    [TestCase("Gate way")]
    [TestCase("it's \"q\"")]
    public void The_schema_name_is_used_exactly_and_other_schemas_are_kept(string schema)
    {
        Assert.That(Migrator("bootstrap", ("pg_schema", "gateway")).ExitCode, Is.Zero);
        Assert.That(Migrator("bootstrap", ("pg_schema", schema)).ExitCode, Is.Zero);
        var neighbours = CountObjects("gateway");
        Database.Execute($"CREATE AGGREGATE \"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".total(int) (sfunc = int4pl, "
            + "stype = int)");

        var result = Migrator("reset --yes --drop-everything", ("pg_schema", schema));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(CountObjects(schema), Is.EqualTo(new[] { "0" }));
            Assert.That(CountObjects("gateway"), Is.EqualTo(neighbours));
        });

        IReadOnlyList<string?> CountObjects(string name) => Database.Query(
            $"""
            SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid) + (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid)
                   + (SELECT count(*) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = n.oid)
              FROM pg_namespace AS n WHERE nspname = '{name.Replace("'", "''", StringComparison.Ordinal)}'
            """);
    }

    [TestCase("reset --yes")]
    [TestCase("bootstrap --force --yes")]
    public void Objects_that_are_not_Kongs_stop_a_reset_before_anything_is_locked_or_dropped(string command)
    {
        Migrator("bootstrap");
        Database.Execute(
            """
            CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1);
            CREATE TYPE mood AS ENUM ('good');
            CREATE SCHEMA reports;
            CREATE VIEW reports.names AS SELECT name FROM services;
            CREATE MATERIALIZED VIEW reports.counts AS SELECT count(*) FROM reports.names;
            CREATE TABLE reports.seen (service uuid REFERENCES services (id), last routes, m mood DEFAULT 'good');
            """);
        using var reader = Database.Connect();
        using var hold = new Npgsql.NpgsqlCommand("BEGIN; SELECT FROM services", reader);
        hold.ExecuteNonQuery();
        var result = Migrator(command);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(
                result.Errors,
                Does.Contain("table public.orders").And.Contain("type public.mood").And.Contain("view reports.names").And
                    .Contain("materialized view reports.counts")
                    .And.Contain("constraint seen_service_fkey on table reports.seen").And.Contain("column last of table reports.seen")
                    .And.Contain("--drop-everything").And.Contain("Nothing has been changed"));
            Assert.That(result.Errors, Does.Not.Contain("table public.routes").And.Not.Contain("sync_tags"));
            Assert.That(Tables(), Does.Contain("routes").And.Contain("orders"));
        });
    }

    [Test]
    public void The_owner_resets_without_CREATE_and_a_table_with_other_columns_is_not_Kongs()
    {
        var owner = $"owner_{Database.Name}";
        Database.Execute($"CREATE ROLE {owner} LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO {owner}");
        Assert.That(Migrator("bootstrap", ("pg_user", owner)).ExitCode, Is.Zero);
        Database.Execute($"REVOKE CREATE ON SCHEMA public FROM {owner}; DROP TABLE sessions; CREATE TABLE sessions (user_id int)");
        var refused = Migrator("reset --yes", ("pg_user", owner));
        Database.Execute("CREATE SCHEMA elsewhere; ALTER TABLE sessions SET SCHEMA elsewhere");
        var result = Migrator("reset --yes", ("pg_user", owner));
        var left = Tables();
        Database.Execute($"DROP OWNED BY {owner}; DROP ROLE {owner}");
        Assert.Multiple(() =>
        {
            Assert.That(refused.Errors, Does.Contain("table public.sessions"));
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(left, Is.Empty);
        });
    }

    [Test]
    public void Dollar_user_means_the_schema_with_the_users_name()
    {
        Assert.That(Migrator("bootstrap", ("pg_schema", "$user")).ExitCode, Is.Zero);
        Assert.That(Tables("kong"), Does.Contain("routes"));
        var result = Migrator("reset --yes", ("pg_schema", "$user"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Tables("kong"), Is.Empty);
        });
    }

    [Test]
    public void On_an_empty_database_there_is_nothing_to_reset()
    {
        Database.Execute("CREATE TABLE mine ()");
        var result = Migrator("reset --yes");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("nothing to reset"));
            Assert.That(Tables(), Is.EqualTo(new[] { "mine" }));
        });
    }
}
