using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>
/// Tests of <c>migrator grants</c>: each role logs in, does what it must, and cannot do what it must not. Roles belong to a whole server,
/// so these tests have their own.
/// </summary>
internal sealed class GrantsCommandTests
{
    private const string Roles = "--owner kong_owner --gateway gateway --read-only reader";

    private PostgresServer server = null!;
    private TestDatabase database = null!;

    [SetUp]
    public void Start()
    {
        server = PostgresServer.Start();
        database = server.CreateDatabase();
    }

    [TearDown]
    public void Stop()
    {
        database.Dispose();
        server.Dispose();
    }

    [Test]
    public void Before_bootstrap_default_privileges_give_the_gateway_its_rights()
    {
        Grant();
        Assert.That(Migrator("bootstrap", "kong_owner").ExitCode, Is.Zero);
        AssertRoles();
    }

    [Test]
    public void In_a_database_in_use_the_tables_change_their_owner_and_a_second_time_changes_nothing()
    {
        Assert.That(Migrator("bootstrap", "kong").ExitCode, Is.Zero);
        Grant();
        Grant();
        Assert.That(database.Query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"),
            Is.EqualTo(new[] { "kong_owner" }));
        AssertRoles();
    }

    [Test]
    public void The_master_user_of_RDS_who_is_no_superuser_can_run_it()
    {
        server.Execute("postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE gateway LOGIN");
        database.Execute($"ALTER DATABASE \"{database.Name}\" OWNER TO gateway; GRANT gateway TO master WITH ADMIN OPTION");
        database.Execute("ALTER SCHEMA public OWNER TO gateway");
        Assert.That(Migrator("bootstrap", "gateway").ExitCode, Is.Zero);
        var script = Migrator($"grants {Roles}", "kong").Output;
        using (var connection = database.Connect("master"))
        using (var command = new NpgsqlCommand(script, connection))
        {
            command.ExecuteNonQuery();
        }

        AssertRoles();
    }

    [Test]
    public void Other_tables_in_the_schema_stay_as_they_are()
    {
        database.Execute("CREATE TABLE other (id int)");
        Grant();
        Assert.That(database.Query("SELECT tableowner FROM pg_tables WHERE tablename = 'other'").Single(), Is.Not.EqualTo("kong_owner"));
        Assert.That(Refusal("reader", "SELECT * FROM other"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public void Check_compares_the_role_of_the_gateway()
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        var good = Migrator("check --gateway gateway", "kong_owner");
        database.Execute("GRANT CREATE ON SCHEMA public TO gateway; REVOKE DELETE ON routes FROM gateway");
        var bad = Migrator("check --gateway gateway", "kong_owner");
        var missing = Migrator("check --gateway nobody_here", "kong_owner");
        Assert.Multiple(() =>
        {
            Assert.That(good.Output, Does.Contain("'gateway' may read and write the gateway's rows, and not change the schema"));
            Assert.That(bad.ExitCode, Is.EqualTo(1));
            Assert.That(bad.Output,
                Does.Contain("may create objects in the schema").And.Contain("lacks rights on routes").And.Contain("migrator grants -c"));
            Assert.That(missing.Output, Does.Contain("there is no role 'nobody_here'"));
        });
    }

    [Test]
    public void Names_are_quoted_and_with_iam_the_roles_get_rds_iam()
    {
        var result = Migrator("grants --owner O'x\"y --gateway g --iam", "kong");
        Assert.That(result.Output,
            Does.Contain("CREATE ROLE \"O'x\"\"y\" LOGIN").And.Contain("rolname = 'O''x\"y'").And
                .Contain("GRANT rds_iam TO \"O'x\"\"y\";"));
    }

    [Test]
    public void What_another_role_has_planted_under_a_name_of_the_gateway_does_not_become_the_owners()
    {
        server.Execute("postgres", "CREATE ROLE mallory LOGIN");
        database.Execute("GRANT CREATE ON SCHEMA public TO mallory");
        foreach (var (create, drop) in new[]
        {
            ("CREATE FUNCTION sync_tags() RETURNS void LANGUAGE sql SECURITY DEFINER AS ''", "DROP FUNCTION sync_tags()"),
            ("CREATE TABLE workspaces (id int CHECK (id > 0))", "DROP TABLE workspaces"),
        })
        {
            using var mallory = database.Connect("mallory");
            using var command = new NpgsqlCommand(create, mallory);
            command.ExecuteNonQuery();
            var script = Migrator($"grants {Roles}", "kong").Output;
            var refusal = Assert.Throws<PostgresException>(() => database.Execute(script));
            Assert.That(refusal!.MessageText, Does.EndWith("belongs to mallory, which is none of these roles"));
            Assert.That(refusal.Hint, Does.Contain("REASSIGN OWNED BY mallory TO kong_owner"));
            database.Execute(drop);
        }

        Grant();
    }

    [TestCase("pg_database", "a\nDROP TABLE x; --")]
    [TestCase("pg_schema", "a$$; DROP TABLE x; --")]
    public void A_name_that_would_end_a_comment_or_a_body_of_the_script_is_refused(string setting, string name)
    {
        using var conf = KongConf.For(database);
        var result = MigratorProcess.Run(
            $"grants --owner a --gateway b -c {conf.Path}",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["KONG_" + setting.ToUpperInvariant()] = name });
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((2, "")));
        Assert.That(result.Errors, Does.Contain("There is no script for database"));
    }

    [TestCase("--owner a --gateway a", "two of the roles are the same")]
    [TestCase("--owner a$$x --gateway b", "has a dollar quote")]
    [TestCase("--owner pg_a --gateway b", "begins with pg_")]
    [TestCase("--owner a --gateway public", "no role can be called 'public'")]
    public void Impossible_roles_are_refused(string roles, string reason)
    {
        var result = Migrator($"grants {roles}", "kong");
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((2, "")));
        Assert.That(result.Errors, Does.Contain(reason));
    }

    private void AssertRoles() => Assert.Multiple(() =>
    {
        Assert.That(Refusal("gateway", "INSERT INTO tags (entity_id) VALUES (gen_random_uuid()); UPDATE tags SET entity_name = 'x'; "
            + "DELETE FROM tags; SELECT count(*) FROM schema_meta; SELECT * FROM routes"), Is.Null);
        Assert.That(Refusal("gateway", "INSERT INTO services (id, name, protocol, host, port) "
            + "VALUES (gen_random_uuid(), 's', 'http', 'h', 80)"), Is.Null, "its trigger writes to tags");
        foreach (var sql in new[] { "CREATE TABLE x (id int)", "ALTER TABLE routes ADD x int", "DROP TABLE tags", "TRUNCATE tags" })
        {
            Assert.That(Refusal("gateway", sql), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
        }

        Assert.That(Refusal("reader", "SELECT * FROM routes"), Is.Null);
        foreach (var sql in new[] { "DELETE FROM routes", "CREATE TABLE x (id int)" })
        {
            Assert.That(Refusal("reader", sql), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
        }

        Assert.That(Migrator("up", "kong_owner").ExitCode, Is.Zero);
        var verified = Migrator("verify", "gateway");
        Assert.That(verified.ExitCode, Is.Zero, verified.Output);
        Assert.That(Migrator("list", "reader").ExitCode, Is.Zero);
        Assert.That(Migrator("up --force", "gateway").ExitCode, Is.Not.Zero);
    });

    private void Grant()
    {
        var script = Migrator($"grants {Roles}", "kong");
        Assert.That(script.ExitCode, Is.Zero, script.Errors);
        database.Execute(script.Output);
    }

    private string? Refusal(string user, string sql)
    {
        using var connection = database.Connect(user);
        using var command = new NpgsqlCommand(sql, connection);
        try
        {
            command.ExecuteNonQuery();
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private ProcessResult Migrator(string arguments, string user)
    {
        using var conf = KongConf.For(database, ("pg_user", user));
        return MigratorProcess.Run($"{arguments} -c {conf.Path}");
    }
}
