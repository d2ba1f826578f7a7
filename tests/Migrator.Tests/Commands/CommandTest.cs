using System.Globalization;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>A database of the test's own, and the built program on it.</summary>
internal abstract class CommandTest
{
    private TestDatabase? database;

    protected TestDatabase Database => database ??= PostgresServer.Shared.CreateDatabase();

    [TearDown]
    public void DropDatabase() => database?.Dispose();

    /// <summary>Runs a command with a kong.conf that leads to the database; later settings win.</summary>
    protected ProcessResult Migrator(string arguments, params (string Key, string Value)[] settings)
    {
        using var conf = KongConf.For(Database, settings);
        return MigratorProcess.Run(string.Create(CultureInfo.InvariantCulture, $"{arguments} -c {conf.Path}"));
    }

    /// <summary>The ledger, a row a line.</summary>
    protected IReadOnlyList<string?> Ledger(string schema = "public") =>
        Database.Query($"SELECT concat_ws(' ', subsystem, last_executed, executed, pending) FROM \"{schema}\".schema_meta ORDER BY subsystem");

    /// <summary>The tables of a schema.</summary>
    protected IReadOnlyList<string?> Tables(string schema = "public") =>
        Database.Query($"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' ORDER BY 1");
}
