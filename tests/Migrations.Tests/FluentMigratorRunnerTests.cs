using FluentMigrator.Runner;
using Microsoft.Extensions.DependencyInjection;
using Migrations.Dsl;
using TestSupport;

namespace Migrations.Tests;

/// <summary>FluentMigrator's own runner refuses Kong's migrations before it changes anything.</summary>
public sealed class FluentMigratorRunnerTests
{
    [Test]
    public void FluentMigrators_runner_is_refused_before_it_creates_a_table()
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        using var services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => runner.AddPostgres()
                .WithGlobalConnectionString(database.Server.ConnectionString(database.Name))
                .ScanIn(typeof(KongMigration).Assembly).For.Migrations())
            .BuildServiceProvider();
        using var scope = services.CreateScope();
        var runner = scope.ServiceProvider.GetRequiredService<IMigrationRunner>();
        Assert.Multiple(() =>
        {
            Assert.That(runner.MigrateUp, Throws.Exception.With.Message.Contains("only migrator can run it"));
            Assert.That(database.Query("SELECT relname FROM pg_class WHERE relname IN ('consumers', 'services')"), Is.Empty);
        });
    }
}
