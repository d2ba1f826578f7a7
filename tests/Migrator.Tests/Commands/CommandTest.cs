using System.Collections.Concurrent;
using System.Globalization;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>Runs the built program on a database of the test's own.</summary>
internal abstract class CommandTest
{
    private static readonly ConcurrentDictionary<string, Lazy<TestDatabase>> Templates = new(StringComparer.Ordinal);

    private TestDatabase? database;

    protected TestDatabase Database => database ??= PostgresServer.Shared.CreateDatabase();

    [TearDown]
    public void DropDatabase() => database?.Dispose();

    /// <summary>Starts the test with a copy of a database that the program has bootstrapped.</summary>
    /// <param name="version">The gateway version; null for the program's default.</param>
    protected void StartBootstrapped(string? version = null)
    {
        Assert.That(database, Is.Null, "This comes before everything that uses the database.");
        database = Templates.GetOrAdd(version ?? "", _ => new Lazy<TestDatabase>(() => Bootstrap(version))).Value.Copy();
    }

    /// <summary>Starts the test with a database of an older gateway that contains rows.</summary>
    protected void StartOld(string version = "2.8")
    {
        Assert.That(database, Is.Null, "This comes before everything that uses the database.");
        database = OldDatabase.Create(version);
    }

    /// <summary>Runs a command with a kong.conf for the database. Later settings override earlier ones.</summary>
    protected ProcessResult Migrator(string arguments, params (string Key, string Value)[] settings)
    {
        using var conf = KongConf.For(Database, settings);
        return MigratorProcess.Run(string.Create(CultureInfo.InvariantCulture, $"{arguments} -c {conf.Path}"));
    }

    /// <summary>Waits until a number of runs have been connected to the database for more than a second.</summary>
    internal static void WaitForRuns(TestDatabase database, int count = 1)
    {
        var query = $"SELECT 1 FROM pg_stat_activity WHERE application_name = 'migrator' AND datname = '{database.Name}' AND "
            + "backend_start < now() - interval '1 s'";
        Assert.That(() => new TestDatabase(database.Server, "postgres").Query(query).Count, Is.EqualTo(count).After(120_000, 50));
    }

    /// <summary>The rows of the ledger.</summary>
    protected IReadOnlyList<string?> Ledger(string schema = "public") =>
        Database.Query($"SELECT concat_ws(' ', subsystem, last_executed, executed, pending) FROM \"{schema}\".schema_meta ORDER BY "
            + "subsystem");

    /// <summary>The tables of a schema.</summary>
    protected IReadOnlyList<string?> Tables(string schema = "public") =>
        Database.Query($"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' ORDER BY 1");

    private static TestDatabase Bootstrap(string? version)
    {
        var template = PostgresServer.Shared.CreateDatabase();
        using var conf = KongConf.For(template);
        var result = MigratorProcess.Run($"bootstrap {(version is null ? "" : $"--gateway-version {version}")} -c {conf.Path}");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        return template;
    }
}
