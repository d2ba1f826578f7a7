using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>Settings of a role or database that change the meaning of SQL or end a session; unusual owners and names.</summary>
internal sealed class HostileTests : CommandTest
{
    // Tested separately, because each may end a run before another setting takes effect.
    private static readonly string[] Alone =
    [
        "statement_timeout = '20ms'",
        "statement_timeout = '2ms'",
        "lock_timeout = '1ms'",
        "idle_in_transaction_session_timeout = '1ms'",
        "idle_session_timeout = '20ms'",
        "search_path = 'elsewhere'",
    ];

    private static readonly string[] Together =
    [
        "standard_conforming_strings = off",
        "backslash_quote = on",
        "timezone = 'Pacific/Chatham'",
        "datestyle = 'SQL, DMY'",
        "intervalstyle = 'sql_standard'",
        "client_encoding = 'LATIN1'",
        "default_transaction_isolation = 'serializable'",
        "default_transaction_deferrable = on",
        "extra_float_digits = -15",
        "bytea_output = 'escape'",
        "array_nulls = off",
        "transform_null_equals = on",
        "row_security = off",
        "quote_all_identifiers = on",
        "client_min_messages = 'debug5'",
        "xmlbinary = 'hex'",
        "synchronous_commit = off",
    ];

    // The long form tests each setting separately.
    private static IEnumerable<string[]> Settings =>
        LongForm.IsAsked ? [.. Alone.Concat(Together).Select(setting => new[] { setting }), Together]
            : [.. Alone.Select(setting => new[] { setting }), Together];

    [TestCaseSource(nameof(Settings))]
    public void Settings_of_the_database_do_not_change_an_upgrade(params string[] settings)
    {
        StartOld();
        Database.Execute($"CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.routes (x int); CREATE TABLE elsewhere.schema_meta (y int);"
            + string.Concat(settings.Select(setting => $"ALTER DATABASE {Database.Name} SET {setting};")));
        var up = Migrator("up", ("pg_schema", "public"));
        var finish = Migrator("finish", ("pg_schema", "public"));
        Database.Server.Execute("postgres", $"ALTER DATABASE {Database.Name} RESET ALL");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
            Assert.That(Database.Query("SELECT DISTINCT paths::text FROM routes"),
                Is.EqualTo(new[] { @"{""~/status/\\d+"",""/a b"",/plain}" }));
            Assert.That(Database.Query("SELECT count(*) FROM elsewhere.routes"), Is.EqualTo(new[] { "0" }));
            Assert.That(Tables("elsewhere"), Is.EqualTo(new[] { "routes", "schema_meta" }));
        });
    }

    [TestCase("statement_timeout = '20ms'")]
    [TestCase("standard_conforming_strings = off")]
    [TestCase("search_path = 'elsewhere'")]
    [TestCase("default_transaction_isolation = 'serializable'")]
    public void Settings_of_the_database_do_not_change_a_bootstrap(string setting)
    {
        Database.Execute($"CREATE SCHEMA elsewhere; ALTER DATABASE {Database.Name} SET {setting}");
        var result = Migrator("bootstrap", ("pg_schema", "public"));
        Database.Server.Execute("postgres", $"ALTER DATABASE {Database.Name} RESET ALL");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(Tables("elsewhere"), Is.Empty);
    }

    [Test]
    public void A_database_that_is_read_only_by_default_is_refused_before_anything_changes()
    {
        Database.Execute($"ALTER DATABASE {Database.Name} SET default_transaction_read_only = on");
        var result = Migrator("bootstrap");
        Database.Server.Execute("postgres", $"ALTER DATABASE {Database.Name} RESET default_transaction_read_only");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(9));
            Assert.That(result.Errors, Does.Contain("default_transaction_read_only"));
            Assert.That(Tables(), Is.Empty);
        });
    }

    [Test]
    public void A_role_without_CREATE_is_refused_and_one_with_quotes_in_its_name_works()
    {
        var name = $"o''Brien \"x\" {Database.Name}".Replace("''", "'", StringComparison.Ordinal);
        var quoted = "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        Database.Execute($"REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {quoted} LOGIN");
        var refused = Migrator("bootstrap", ("pg_user", name));
        var before = Tables();
        Database.Execute($"GRANT CREATE ON SCHEMA public TO {quoted}");
        var result = Migrator("bootstrap", ("pg_user", name));
        Database.Execute($"DROP OWNED BY {quoted}; DROP ROLE {quoted}");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(9));
            Assert.That(refused.Errors, Does.Contain("GRANT USAGE, CREATE ON SCHEMA").And.Contain(quoted));
            Assert.That(before, Is.Empty);
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
        });
    }

    [Test]
    public void A_role_that_may_only_read_schema_meta_can_list_but_not_upgrade()
    {
        Migrator("bootstrap");
        var role = $"reader_{Database.Name}";
        Database.Execute($"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT ON schema_meta TO {role}");
        var list = Migrator("list", ("pg_user", role));
        Database.Execute("DELETE FROM schema_meta WHERE subsystem = 'session'");
        var up = Migrator("up", ("pg_user", role));
        Database.Execute($"DROP OWNED BY {role}; DROP ROLE {role}");
        Assert.Multiple(() =>
        {
            Assert.That(list.ExitCode, Is.Zero, list.Errors);
            Assert.That(up.ExitCode, Is.EqualTo(9));
            Assert.That(up.Errors, Does.Contain("[42501]").Or.Contain("may not create"));
        });
    }
}
