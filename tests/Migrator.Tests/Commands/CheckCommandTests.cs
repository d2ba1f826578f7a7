using System.Globalization;
using System.Text.Json;
using Migrator.Tests.Iam;
using TestSupport;
using TestSupport.Aws;

namespace Migrator.Tests.Commands;

internal sealed class CheckCommandTests : IamTest
{
    private static readonly Lazy<PostgresServer> ServerOfMember = new(() =>
    {
        PostgresServer.Shared.Execute("postgres", "CREATE ROLE rds_iam; GRANT rds_iam TO kong");
        return PostgresServer.Shared;
    });

    [SetUp]
    public void GrantRdsIam() => Assert.That(ServerOfMember.Value, Is.Not.Null);

    [Test]
    public void Each_precondition_that_is_met_has_a_line()
    {
        var result = Bed.Run("check", Bed.UserKeys);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Errors);
        foreach (var name in new[]
        {
            "configuration", "no password left over", "RDS endpoint", "region", "STS endpoint", "credentials found", "identity", "clock",
                "token signed", "name resolves", "TCP", "TLS",
            "login", "server version", "user in rds_iam", "database", "schema", "may create", "search path", "other sessions", "ledger",
        })
        {
            Assert.That(result.Output, Does.Match($@"\[ok\]   (rw )?{name} "));
        }

        Assert.That(result.Output, Does.Contain("Tls12").And.Contain("CN=Test RDS Root CA"));
        Assert.That(Bed.Front.Logins, Has.Count.EqualTo(1));
    }

    [Test]
    public void An_assumed_role_is_an_item_and_STS_is_called_once_for_it()
    {
        Bed.Account.Roles[AwsAccount.Role("db")] = [Bed.User.Arn];
        var result = Bed.Run("check", Bed.UserKeys, ("pg_iam_auth_assume_role_arn", AwsAccount.Role("db")));
        Assert.That(result.ExitCode, Is.Zero, result.Output);
        Assert.That(result.Output, Does.Match(@"\[ok\]   rw role assumed "));
        Assert.That(Bed.Sts.Calls.Select(c => c.Action), Is.EqualTo(new[] { "AssumeRole", "GetCallerIdentity" }));
    }

    [Test]
    public void Both_connections_are_checked()
    {
        Bed.Front.IamUsers["kong_ro"] = ["nobody"];
        var result = Bed.Run(
            "check --json", Bed.UserKeys, ("pg_ro_host", "127.0.0.1"), ("pg_ro_user", "kong_ro"),
            ("pg_ro_port", Bed.Front.Port.ToString(CultureInfo.InvariantCulture)));
        Assert.That(result.ExitCode, Is.EqualTo(1));
        var items = Items(result);
        Assert.That(items["rw login"].Verdict, Is.EqualTo("met"));
        Assert.That(items["ro RDS endpoint name"].Verdict, Is.EqualTo("not met"), "--iam-endpoint is for the read-write connection");
    }

    [TestCase("GRANT USAGE ON SCHEMA public TO kong_no_rights", "permission denied for table schema_meta")]
    [TestCase("REVOKE ALL ON SCHEMA public FROM PUBLIC", "has no USAGE right on schema")]
    public void A_missing_privilege_is_an_item_separate_from_the_login(string rights, string words)
    {
        Bed.Database.Execute("CREATE TABLE schema_meta (key text, subsystem text, last_executed text, executed text[], pending text[])");
        Bed.Database.Execute(
            "DO $$ BEGIN CREATE ROLE kong_no_rights LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
        Bed.Database.Execute(rights);
        using var conf = KongConf.For(Bed.Database, ("pg_user", "kong_no_rights"));
        var result = MigratorProcess.Run($"check --json -c {conf.Path}");
        Bed.Database.Execute("DROP OWNED BY kong_no_rights");
        var items = Items(result);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(items["rw login"].Verdict, Is.EqualTo("met"));
            Assert.That(items["rw ledger"].Verdict, Is.EqualTo("not met"));
            Assert.That(result.Output, Does.Contain(words));
        });
    }

    [Test]
    public void A_Kong_that_holds_the_lock_is_named()
    {
        using var conf = KongConf.For(Bed.Database);
        Assert.That(MigratorProcess.Run($"bootstrap -c {conf.Path}").ExitCode, Is.Zero);
        Bed.Database.Execute("INSERT INTO locks VALUES ('migrations', 'a-kong', now() + interval '60 s')");
        Assert.That(MigratorProcess.Run($"check -c {conf.Path}").Output,
            Does.Contain("owner a-kong").And.Not.Match(@"\[ok\] +rw other sessions"));
    }

    [Test]
    public void A_failed_TLS_handshake_names_the_versions_offered()
    {
        using var rude = FakeServer.EndingTheHandshake();
        var result = Bed.Run(
            "check", Bed.UserKeys, ("pg_port", rude.Port.ToString(CultureInfo.InvariantCulture)), ("pg_ssl_version", "tlsv1_2"));
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Does.Contain("cannot be agreed on: this side offers TLS 1.2"));
    }

    [Test]
    public void A_refused_login_prints_the_policy_and_the_SQL()
    {
        Bed.Front.IamUsers["kong"] = ["nobody"];
        var (verdict, remedy) = Items(Bed.Run("check --json", Bed.UserKeys))["rw login"];
        Assert.That(verdict, Is.EqualTo("not met"));
        Assert.That(remedy, Does.Contain($"arn:aws:rds-db:us-east-1:{AwsAccount.Id}:dbuser:db-RESOURCE-ID/kong").And
            .Contain("GRANT rds_iam TO \"kong\";")
            .And.Contain($"GRANT CONNECT, CREATE ON DATABASE \"{Bed.Database.Name}\" TO \"kong\";").And
                .Contain("GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"kong\";"));
    }

    [Test]
    public void A_leftover_password() =>
        AssertNotMet("no password left over", Bed.Run("check --json", Bed.UserKeys, ("pg_password", Bed.Secret("left-over-pw"))));

    [Test]
    public void Missing_credentials()
    {
        Bed.Metadata.InstanceRole = null;
        var items = AssertNotMet("rw credentials found", Bed.Run("check --json", []));
        Assert.That((items["rw token signed"].Verdict, items["rw TLS"].Verdict, items["rw login"].Verdict),
            Is.EqualTo(("unseen", "met", "unseen")));
    }

    [Test]
    public void A_refused_configuration() => AssertNotMet("configuration", Bed.Run("check --json", [], ("pg_port", "70000")));

    [Test]
    public void A_missing_database() => Assert.That(
        AssertNotMet("rw database", Bed.Run("check --json", Bed.UserKeys, ("pg_database", "nothing")))["rw login"].Verdict,
            Is.EqualTo("met"));

    [Test]
    public void An_untrusted_certificate()
    {
        Use(new AwsBed("another-db.example.com"));
        AssertNotMet("rw TLS", Bed.Run("check --json", Bed.UserKeys));
    }

    [Test]
    public void A_login_with_a_password_sends_no_request_to_AWS()
    {
        Bed.Front.IamUsers.Clear();
        Bed.Front.Passwords["kong"] = Bed.Secret("the-pw-of-kong");
        var result = Bed.Run(
            "check", [], ("pg_iam_auth", "off"), ("pg_password", "the-pw-of-kong"), ("pg_ssl", "on"), ("pg_ssl_verify", "off"));
        Assert.That(result.Output, Does.Contain("[ok]   rw login "));
        Assert.That((Bed.Metadata.Calls.Count, Bed.Sts.Calls.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void A_long_held_table_lock()
    {
        Bed.Database.Execute("CREATE TABLE t ()");
        using var other = Bed.Database.Connect();
        using var transaction = other.BeginTransaction();
        using var locking = new Npgsql.NpgsqlCommand("LOCK TABLE t", other);
        locking.ExecuteNonQuery();
        locking.CommandText = "SELECT pg_sleep_until(now() + interval '5100 ms')";
        locking.ExecuteNonQuery();
        var items = AssertNotMet("rw other sessions", Bed.Run("check --json", Bed.UserKeys));
        Assert.That(items["rw other sessions"].Remedy, Does.Contain($"SELECT pg_terminate_backend({other.ProcessID});"));
    }

    [Test]
    public void A_database_that_is_newer_than_the_target_is_not_met()
    {
        Assert.That(Bed.Run("bootstrap", Bed.UserKeys).ExitCode, Is.Zero);
        AssertNotMet("rw ledger", Bed.Run("check --json --gateway-version 3.4", Bed.UserKeys));
    }

    [Test]
    public void A_login_that_is_not_tried_says_so()
    {
        var result = Bed.Run("check", Bed.UserKeys, ("pg_port", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)));
        Assert.That(result.Output, Does.Match(@"\[\?\]    rw login +not tried: the server cannot be reached"));
    }

    [Test]
    public void A_login_that_worked_is_believed_over_the_look_of_the_name()
    {
        var list = new global::Migrator.Preflight.Checklist("rw");
        list.NotMet("RDS endpoint name", "'db.internal' is not the name of an RDS endpoint", "migrator check --iam-endpoint HOST");
        list.Accept("RDS endpoint name", "but the server took the token");
        list.Accept("another", "nothing");
        Assert.That(list.Items.Select(i => (i.Name, i.Verdict, i.Text)), Is.EqualTo(new[]
        {
            ("RDS endpoint name", global::Migrator.Preflight.CheckVerdict.Warning,
                "'db.internal' is not the name of an RDS endpoint; but the server took the token"),
        }));
    }

    private static Dictionary<string, (string Verdict, string Remedy)> AssertNotMet(string name, ProcessResult result)
    {
        var items = Items(result);
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(items[name].Verdict, Is.EqualTo("not met"), result.Output);
        Assert.That(items[name].Remedy, Is.Not.Empty);
        return items;
    }

    private static Dictionary<string, (string Verdict, string Remedy)> Items(ProcessResult result)
    {
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(
            i => $"{i.GetProperty("connection").GetString()} {i.GetProperty("name").GetString()}".Trim(),
            i => (i.GetProperty("verdict").GetString()!, i.GetProperty("remedy").GetString() ?? ""),
            StringComparer.Ordinal);
    }
}
