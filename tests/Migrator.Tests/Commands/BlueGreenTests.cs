using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>Tests on servers with the functions of RDS and Aurora that tell of a blue/green deployment.</summary>
internal sealed class BlueGreenTests : CommandTest
{
    private const string Rows =
        "RETURNS TABLE (version text, endpoint text, port int, role text, status text) LANGUAGE sql AS $$ VALUES "
            + "('1', 'a', 5432, 'BLUE_GREEN_DEPLOYMENT_SOURCE', 'AVAILABLE'), "
            + "('1', 'b', 5432, 'BLUE_GREEN_DEPLOYMENT_TARGET', 'AVAILABLE') $$";

    [Test]
    public void A_run_warns_before_it_changes_the_schema_and_check_reports_it()
    {
        Database.Execute($"CREATE SCHEMA rds_tools; CREATE FUNCTION rds_tools.show_topology(text) {Rows}");
        var check = Migrator("check");
        var first = Migrator("bootstrap");
        var second = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(check.Output, Does.Contain("BLUE_GREEN_DEPLOYMENT_SOURCE AVAILABLE, BLUE_GREEN_DEPLOYMENT_TARGET AVAILABLE"));
            Assert.That(first.ExitCode, Is.Zero);
            Assert.That(first.Errors,
                Does.Match("(?s)warning: The server is in a blue/green deployment .*does not get changes of the schema.*bootstrapping"));
            Assert.That(second.Errors, Does.Not.Contain("blue/green"), "nothing is changed");
        });
    }

    [TestCase("RETURNS TABLE (id text, endpoint text, port int) LANGUAGE sql AS $$ VALUES ('1', 'a', 5432) $$", TestName = "an older form")]
    [TestCase("RETURNS TABLE (role text, status text) LANGUAGE sql AS $$ VALUES ('WRITER', 'AVAILABLE') $$", TestName = "no deployment")]
    [TestCase("RETURNS TABLE (role text, status text) LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$", TestName = "an error")]
    public void Where_the_server_tells_of_no_deployment_nothing_is_said(string function)
    {
        Database.Execute($"CREATE SCHEMA rds_tools; CREATE FUNCTION rds_tools.show_topology(text) {function}");
        var result = Migrator("bootstrap");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Errors, Does.Not.Contain("blue/green"));
    }

    [Test]
    public void A_function_of_another_role_is_not_called()
    {
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();
        database.Execute("CREATE ROLE planter LOGIN; CREATE SCHEMA rds_tools AUTHORIZATION planter; SET ROLE planter; "
            + $"CREATE FUNCTION rds_tools.show_topology(text) {Rows}; RESET ROLE");
        using var conf = KongConf.For(database);
        Assert.That(MigratorProcess.Run($"bootstrap -c {conf.Path}").Errors, Does.Not.Contain("blue/green"));
    }

    [TestCase("abc123.dsql.us-east-1.on.aws")]
    [TestCase("ABC123.DSQL.eu-west-1.on.aws.")]
    public void Aurora_DSQL_is_refused_by_its_name(string host)
    {
        using var conf = new KongConf(("pg_host", host));
        var result = MigratorProcess.Run($"list -c {conf.Path}");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Errors, Does.Contain("pg_host is an Aurora DSQL cluster, which has no foreign keys"));
    }
}
