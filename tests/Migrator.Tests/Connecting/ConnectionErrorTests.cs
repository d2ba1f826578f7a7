using System.Globalization;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Connecting;

/// <summary>Every connection failure, against real servers: exit code 1, nothing on stdout, and a message with a remedy.</summary>
internal sealed class ConnectionErrorTests : CommandTest
{
    [Test]
    public void Host_unknown() =>
        AssertRefused(
            8, Migrator("list", ("pg_host", "no-such-host.invalid")), "The host name 'no-such-host.invalid' cannot be resolved", "pg_host");

    [Test]
    public void Connection_refused() =>
        AssertRefused(8, Migrator("list", ("pg_port", Text(LoopbackPort.Free()))), "refused the connection", "pg_port");

    [Test]
    public void Timed_out()
    {
        using var silent = FakeServer.Silent();
        var began = TimeProvider.System.GetTimestamp();
        var result = Migrator("list", ("pg_port", Text(silent.Port)), ("pg_timeout", "300"));
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
        AssertRefused(8, result, "did not answer within 300 ms", "security group");
    }

    [Test]
    public void Db_timeout_overrides_pg_timeout()
    {
        using var silent = FakeServer.Silent();
        AssertRefused(8, Migrator("list --db-timeout 0.2", ("pg_port", Text(silent.Port)), ("pg_timeout", "60000")),
            "did not answer within 200 ms", "--db-timeout");
    }

    [Test]
    public void Unknown_database() =>
        AssertRefused(Migrator("list", ("pg_database", "nothing \"here\"")), "has no database 'nothing \"here\"' [3D000]",
            "CREATE DATABASE \"nothing \"\"here\"\"\"");

    [Test]
    public void Unknown_user() =>
        AssertRefused(Migrator("list", ("pg_user", "nobody")), "refused user 'nobody': role \"nobody\" does not exist [28000]", "pg_user");

    [Test]
    public void No_TLS_on_the_server_and_no_fallback_to_plain_text() =>
        AssertRefused(Migrator("list", ("pg_ssl", "on")), "does not speak TLS, and pg_ssl is on", "pg_ssl = off");

    [Test]
    public void A_server_that_ends_the_TLS_handshake_silently()
    {
        using var rude = FakeServer.EndingTheHandshake();
        AssertRefused(
            8, Migrator("list", ("pg_port", Text(rude.Port)), ("pg_ssl", "on"), ("pg_ssl_version", "tlsv1_3")), "TLS with 127.0.0.1",
                "this side offers TLS 1.3 (pg_ssl_version)");
    }

    [Test]
    public void Server_too_old()
    {
        using var old = FakeServer.OfVersion("9.6.24");
        AssertRefused(Migrator("list", ("pg_port", Text(old.Port))), "The server is PostgreSQL 9.6.24; migrator needs 10 or newer",
            "Upgrade the server");
    }

    [Test]
    public void No_CREATE_privilege_on_the_schema()
    {
        Database.Execute($"CREATE ROLE {Role} LOGIN; REVOKE CREATE ON SCHEMA public FROM public");
        AssertRefused(
            Migrator("bootstrap", ("pg_user", Role)),
            $"User '{Role}' may not create tables in schema 'public'",
            $"GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"{Role}\";");
    }

    [Test]
    public void The_gateways_role_is_told_to_leave_migrations_to_the_owner()
    {
        StartBootstrapped();
        Database.Execute($"CREATE ROLE {Role} LOGIN; REVOKE CREATE ON SCHEMA public FROM public; GRANT SELECT ON schema_meta TO {Role}");
        AssertRefused(
            Migrator("up --force", ("pg_user", Role)),
            $"User '{Role}' may not create tables in schema 'public'",
            "Log in as the owner of the gateway's tables: pg_user = kong");
    }

    [Test]
    public void Schema_missing_and_no_privilege_to_create_it()
    {
        Database.Execute($"CREATE ROLE {Role} LOGIN");
        AssertRefused(
            Migrator("bootstrap", ("pg_user", Role), ("pg_schema", "gateway")),
            "Schema 'gateway' does not exist",
            $"CREATE SCHEMA \"gateway\" AUTHORIZATION \"{Role}\";");
    }

    [Test]
    public void Read_only_by_default()
    {
        Database.Execute($"ALTER DATABASE {Database.Name} SET default_transaction_read_only = on");
        AssertRefused(Migrator("bootstrap"), "is read-only: default_transaction_read_only is on",
            "SET default_transaction_read_only = off");
        Assert.That(Migrator("list").ExitCode, Is.EqualTo(3), "looking is allowed");
    }

    [Test]
    public void No_USAGE_privilege_on_the_schema()
    {
        Database.Execute($"CREATE ROLE {Role} LOGIN");
        Migrator("bootstrap", ("pg_schema", "gateway"));
        AssertRefused(Migrator("list", ("pg_user", Role), ("pg_schema", "gateway")), "has no USAGE right on schema 'gateway'",
            "GRANT USAGE ON SCHEMA");
    }

    [Test]
    public void No_SELECT_privilege_on_the_ledger()
    {
        Database.Execute($"CREATE ROLE {Role} LOGIN");
        Migrator("bootstrap");
        AssertRefused(Migrator("list", ("pg_user", Role)), "permission denied for table schema_meta [42501]", "GRANT");
    }

    private string Role => "role_of_" + Database.Name;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal static void AssertRefused(ProcessResult result, string what, string remedy) => AssertRefused(9, result, what, remedy);

    internal static void AssertRefused(int exitCode, ProcessResult result, string what, string remedy) => Assert.Multiple(() =>
    {
        Assert.That(result.ExitCode, Is.EqualTo(exitCode));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Errors, Does.StartWith("error: "));
        Assert.That(result.Errors, Does.Contain(what));
        Assert.That(result.Errors, Does.Contain("\n  do:  ").And.Contain(remedy));
        Assert.That(result.Errors, Does.Not.Contain("   at "), "no stack trace");
    });
}
