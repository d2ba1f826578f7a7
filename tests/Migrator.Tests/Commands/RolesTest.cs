using System.Text.RegularExpressions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>Tests with three roles, as <c>migrator grants</c> makes them. Roles belong to a server, so each test has its own.</summary>
internal abstract class RolesTest
{
    protected const string Roles = "--owner kong_owner --gateway gateway --read-only reader";

    protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    protected PostgresServer Server { get; private set; } = null!;

    protected TestDatabase Database { get; private set; } = null!;

    [SetUp]
    public void Start()
    {
        Server = PostgresServer.Start();
        Database = Server.CreateDatabase();
    }

    [TearDown]
    public void Stop()
    {
        Database.Dispose();
        Server.Dispose();
    }

    protected void Grant(TestDatabase? place = null)
    {
        var script = Migrator($"grants {Roles}", "kong", place);
        Assert.That(script.ExitCode, Is.Zero, script.Errors);
        var psql = PsqlProcess.Run(place ?? Database, script.Output);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
    }

    protected void Execute(string sql) => Database.Execute(sql.Replace("DB", Database.Name, StringComparison.Ordinal));

    protected void Reload(string sql, string value)
    {
        PsqlProcess.Run(Database, $"SET default_transaction_read_only = off;\n{sql};\nSELECT pg_reload_conf();\n");
        Assert.That(
            () => Database.Query("SHOW default_transaction_read_only").Single(), Is.EqualTo(value).After(20_000, 50));
    }

    // psql runs each in a transaction of its own.
    protected static void ExecuteRemedies(string check, TestDatabase place)
    {
        var sql = Regex.Matches(check, @"(?<=As a superuser \(on RDS: the master user\): ).*", RegexOptions.None, Limit)
            .Select(m => m.Value);
        var psql = PsqlProcess.Run(
            place, $"\\set ON_ERROR_STOP on\nSET default_transaction_read_only = off;\n{string.Join('\n', sql)}\n");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
    }

    protected string? Refusal(string user, string sql)
    {
        using var connection = Database.Connect(user);
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

    protected ProcessResult Migrator(string arguments, string user, TestDatabase? place = null)
    {
        using var conf = KongConf.For(place ?? Database, ("pg_user", user));
        return MigratorProcess.Run($"{arguments} -c {conf.Path}");
    }
}
