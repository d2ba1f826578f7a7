using System.Text.Json;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Advice;

/// <summary>Tests of <c>migrator advise</c> on rows that no gateway has written: each is judged, or named as not examined.</summary>
internal sealed class OddRowTests : CommandTest
{
    private const string Id = "00000000-0000-4000-8000-0000000000aa";

    /// <summary>Whether the rows are read where they are, or on copies.</summary>
    private static readonly string[] Versions = ["3.9", "3.4"];

    [TestCaseSource(nameof(Versions))]
    public void A_row_that_is_too_large_is_named_and_the_others_are_judged(string version)
    {
        StartBootstrapped(version);
        Database.Execute(
            $"""
            INSERT INTO certificates (id, cert, key) VALUES ('{Id}', repeat('a', 50000000), 'k');
            INSERT INTO routes (updated_at, id, name, paths, protocols) VALUES
              (now(), gen_random_uuid(), 'long', ARRAY['/a//' || repeat('b', 3000000)], ARRAY['http']),
              (now(), gen_random_uuid(), 'r', ARRAY['//a'], ARRAY['http']);
            INSERT INTO plugins (id, name, config, enabled, protocols)
              SELECT gen_random_uuid(), 'cors', jsonb_build_object('x', repeat('c', 2000000)), true, ARRAY['http'];
            """);
        var (result, json) = Advise();
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Tables(json, "not_examined"), Is.EquivalentTo(["certificates", "plugins", "routes"]));
            Assert.That(json.GetProperty("not_examined").ToString(), Does.Contain(Id).And.Match("It is too large: 50,000,[0-9]{3} bytes"));
            Assert.That(json.GetProperty("summary").GetProperty("not_examined").GetInt64(), Is.EqualTo(3));
            Assert.That(json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("name").GetString()), Is.EqualTo(["r"]));
        });
        var text = Migrator("advise");
        Assert.That(text.Output, Does.Match(@"\n  not examined +3\n").And
            .Match($@"\nnot examined:\n\n(.*\n)*  certificates {Id}: It is too large"));
        Assert.That(Migrator("advise --exit-code").ExitCode, Is.EqualTo(10));
    }

    [TestCaseSource(nameof(Versions))]
    public void Numbers_that_fill_a_gigabyte_as_text_are_left_out(string version)
    {
        StartBootstrapped(version);
        Database.Execute(
            $"""
            INSERT INTO plugins (id, name, config, enabled, protocols)
              SELECT '{Id}', 'cors', jsonb_build_object('x', jsonb_agg('1e131000'::numeric)), true, ARRAY['http']
                FROM generate_series(1, 9000);
            INSERT INTO routes (updated_at, id, name, paths, protocols) VALUES (now(), gen_random_uuid(), 'r', ARRAY['//a'], ARRAY['http']);
            """);
        var (result, json) = Advise();
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Tables(json, "not_examined"), Is.EqualTo(["plugins"]));
            Assert.That(Tables(json, "findings"), Is.EqualTo(["routes"]));
        });
    }

    [TestCaseSource(nameof(Versions))]
    public void Deep_values_and_odd_arrays_are_judged_or_named(string version)
    {
        StartBootstrapped(version);
        Database.Execute(
            $$"""
            INSERT INTO plugins (id, name, config, enabled, protocols) VALUES
              ('{{Id}}', 'cors', (repeat('[', 3000) || repeat(']', 3000))::jsonb, true, ARRAY['http']),
              (gen_random_uuid(), 'cors', ('{"x": ' || repeat('[', 900) || repeat(']', 900) || '}')::jsonb, true, ARRAY['http']),
              (gen_random_uuid(), 'cors', ('{"max_age": 1' || repeat('0', 10000) || '}')::jsonb, true, ARRAY['http']);
            INSERT INTO routes (id, name, paths, hosts, protocols, created_at) VALUES
              (gen_random_uuid(), 'bounds', '[0:1]={/a,/b}', NULL, ARRAY['http'], 'infinity'),
              (gen_random_uuid(), 'dimensions', '{ {/a},{/b} }', '{a,NULL}', ARRAY['http'], '-infinity'),
              (gen_random_uuid(), 'empty', '{}', '{}', ARRAY['http'], '4000-01-01 BC');
            """);
        var (result, json) = Advise();
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.AnyOf(0, 1), result.Errors);
            Assert.That(result.Errors, Does.Not.Contain("error"));
            Assert.That(json.GetProperty("not_examined").EnumerateArray().Select(r => r.GetProperty("id").GetString()), Is.EqualTo([Id]));
            Assert.That(json.GetProperty("not_examined").ToString(), Does.Contain("more than 1,000 levels deep"));
        });
    }

    [Test]
    public void A_database_without_an_encoding_may_hold_bytes_that_are_no_text()
    {
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();
        var maintenance = new TestDatabase(server, "postgres");
        maintenance.Execute("CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' OWNER kong");
        var bytes = new TestDatabase(server, "bytes");
        using var conf = KongConf.For(bytes);
        Assert.That(MigratorProcess.Run($"bootstrap -c {conf.Path}").ExitCode, Is.Zero);
        bytes.Execute(
            $"""
            INSERT INTO routes (updated_at, id, name, paths, protocols) VALUES
              (now(), '{Id}', convert_from('\xff', 'SQL_ASCII'), ARRAY['/a'], ARRAY['http']),
              (now(), gen_random_uuid(), 'r', ARRAY['//a'], ARRAY['http'])
            """);
        var result = MigratorProcess.Run($"advise --json -c {conf.Path}");
        using var json = JsonDocument.Parse(result.Output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(json.RootElement.GetProperty("not_examined").ToString(), Does.Contain(Id).And.Contain("not valid UTF-8"));
            Assert.That(Tables(json.RootElement, "findings"), Is.EqualTo(["routes"]));
        });
    }

    [Test]
    public void More_findings_than_are_shown_are_counted_and_the_answer_says_so()
    {
        StartBootstrapped();
        Database.Execute(
            """
            INSERT INTO routes (updated_at, id, name, paths, protocols)
              SELECT now(), gen_random_uuid(), 'r' || g, ARRAY['//a' || g], ARRAY['http'] FROM generate_series(1, 5010) AS g
            """);
        var (_, json) = Advise();
        var summary = json.GetProperty("summary");
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("findings").GetArrayLength(), Is.LessThanOrEqualTo(5000));
            Assert.That(summary.GetProperty("truncated").GetBoolean(), Is.True);
            var refused = summary.GetProperty("cannot-edit");
            Assert.That(refused.GetProperty("findings").GetInt64(), Is.EqualTo(5010));
            Assert.That(refused.GetProperty("omitted").GetInt64(), Is.EqualTo(5010 - json.GetProperty("findings").GetArrayLength()));
        });
        Assert.That(Migrator("advise").Output, Does.Match(@"\nand \d+ more\. Correct these first\.\n"));
    }

    [Test]
    public void Up_and_plan_say_how_many_rows_were_not_examined()
    {
        StartBootstrapped("3.8");
        Database.Execute($"INSERT INTO certificates (id, cert, key) VALUES ('{Id}', repeat('a', 2000000), 'k')");
        Assert.That(Migrator("plan up").Output, Does.Contain("Rows that were not examined: 1. See which: migrator advise -c"));
        using var plan = JsonDocument.Parse(Migrator("plan up --json").Output);
        Assert.That(plan.RootElement.GetProperty("advice").GetProperty("not_examined").GetInt64(), Is.EqualTo(1));
        Assert.That(Migrator("up -v").Errors, Does.Contain("was not examined: 1 rows cannot be judged"));
    }

    [Test]
    public void Temporary_tables_that_another_client_has_left_in_the_session_of_a_pooler_do_not_matter()
    {
        if (PoolerServer.Program is null)
        {
            Assert.Ignore("pgbouncer is not installed.");
        }

        StartBootstrapped("2.8");
        using var pooler = PoolerServer.Start(Database.Server, poolSize: 1);
        using (var other = Connect(pooler))
        {
            Execute(other, "CREATE TEMPORARY TABLE locks (a int); CREATE TEMPORARY VIEW routes AS SELECT a FROM locks");
            Execute(other, "INSERT INTO pg_temp.locks VALUES (7)");
        }

        var result = Migrator("advise", ("pg_port", $"{pooler.Port}"));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        using var again = Connect(pooler);
        Assert.That(Execute(again, "SELECT a FROM pg_temp.routes"), Is.EqualTo(7), "they are back");
    }

    private NpgsqlConnection Connect(PoolerServer pooler)
    {
        var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={pooler.Port};Username=kong;Database={Database.Name};Pooling=false;No Reset On Close=true");
        connection.Open();
        return connection;
    }

    private static object? Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private (ProcessResult Result, JsonElement Answer) Advise()
    {
        var result = Migrator("advise --json");
        Assert.That(result.Output, Is.Not.Empty, result.Errors);
        using var json = JsonDocument.Parse(result.Output);
        return (result, json.RootElement.Clone());
    }

    private static IEnumerable<string?> Tables(JsonElement answer, string member) =>
        answer.GetProperty(member).EnumerateArray().Select(f => f.GetProperty("table").GetString());
}
