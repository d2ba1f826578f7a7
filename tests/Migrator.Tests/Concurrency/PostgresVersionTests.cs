using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>Concurrent runs on other versions of PostgreSQL.</summary>
internal sealed class PostgresVersionTests : Stress
{
    // The long form also has a version in between.
    private static int[] Versions => IsLong ? [10, 14, 18] : [10, 18];

    [TestCaseSource(nameof(Versions))]
    public void Bootstrap_up_and_waiting_work_on_old_and_new_versions(int postgres)
    {
        using var server = PostgresVersions.Start(postgres);
        var version = ServerVersion(server);
        foreach (var command in new[] { "bootstrap", "up" })
        {
            using var database = DatabaseFor(command, server);

            // Set last, because it would cancel statements that prepare the test. On 10 the timeout covers all statements of one message.
            database.Execute($"ALTER DATABASE {database.Name} SET statement_timeout = '15ms'");
            using var conf = KongConf.For(database);
            var processes = Enumerable.Range(0, 3).Select(_ => MigratorProcess.Start($"{command} -c {conf.Path}")).ToList();
            var errors = processes.ConvertAll(p => p.StandardError.ReadToEnd());
            processes.ForEach(p => p.WaitForExit());
            Assert.That(processes.Select(p => p.ExitCode), Is.All.Zero, version + "\n" + string.Concat(errors));
            Assert.That(MigratorProcess.Run($"finish -c {conf.Path}").ExitCode, Is.Zero);
            Assert.That(MigratorProcess.Run($"list -c {conf.Path}").ExitCode, Is.Zero);
            processes.ForEach(p => p.Dispose());
        }

        Say($"PostgreSQL {version}: bootstrap, up and finish, three at once: ok");
    }

    private static string ServerVersion(PostgresServer server)
    {
        using var database = server.CreateDatabase();
        return database.Query("SHOW server_version")[0]!;
    }
}
