using System.Globalization;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>The built program on every major version of PostgreSQL.</summary>
internal sealed class PostgresVersionTests
{
    [TestCaseSource(typeof(PostgresVersions), nameof(PostgresVersions.All))]
    public void The_whole_way_of_a_database_works(int version)
    {
        using var server = PostgresVersions.Start(version);
        using var database = server.CreateDatabase();
        using var conf = KongConf.For(database);
        Assert.Multiple(() =>
        {
            Assert.That(Run("bootstrap --gateway-version 2.8"), Is.Zero);
            Assert.That(Run("list"), Is.EqualTo(5));
            Assert.That(Run("up"), Is.Zero);
            Assert.That(Run("list"), Is.EqualTo(4));
            Assert.That(Run("finish"), Is.Zero);
            Assert.That(Run("up --force"), Is.Zero);
            Assert.That(Run("list"), Is.Zero);
            Assert.That(Run("reset --yes"), Is.Zero);
            Assert.That(Run("bootstrap"), Is.Zero);
            Assert.That(Run("list"), Is.Zero);
        });

        int Run(string command)
        {
            var result = MigratorProcess.Run(string.Create(CultureInfo.InvariantCulture, $"{command} -c {conf.Path}"));
            TestContext.Out.WriteLine(result.Errors);
            return result.ExitCode;
        }
    }
}
