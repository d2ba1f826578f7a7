using Migrations.Dsl;
using TestSupport;

namespace Migrator.Tests.Commands;

internal sealed class GatewayVersionTests : CommandTest
{
    [Test]
    public void An_older_version_is_bootstrapped_and_upgraded_in_two_phases()
    {
        var bootstrap = Migrator("bootstrap --gateway-version 2.8");
        var list28 = Migrator("list --gateway-version 2.8");
        var list39 = Migrator("list");
        var up = Migrator("up");
        var pending = Migrator("list");
        var again = Migrator("up --gateway-version 3.10");
        var finish = Migrator("finish");
        Assert.Multiple(() =>
        {
            Assert.That(bootstrap.Output, Does.Contain("Executed 43 migrations"), bootstrap.Errors);
            Assert.That(list28.ExitCode, Is.Zero);
            Assert.That(list39.ExitCode, Is.EqualTo(5), list39.Output);
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(pending.ExitCode, Is.EqualTo(4));
            Assert.That(again.ExitCode, Is.EqualTo(4), "a new upgrade does not begin while one is pending");
            Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
            Assert.That(Migrator("list").ExitCode, Is.Zero);
            Assert.That(Migrator("list --gateway-version 3.10").ExitCode, Is.EqualTo(5));
        });
    }

    [Test]
    public void A_database_newer_than_the_target_is_reported_and_left_unchanged()
    {
        StartBootstrapped();
        var ledger = Ledger();
        var result = Migrator("up --gateway-version 3.7");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Errors, Does.Contain("newer than gateway 3.7").And.Contain("core/024_380_to_390"));
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [Test]
    public void The_version_can_come_from_the_environment_and_an_unknown_one_is_refused()
    {
        using var conf = KongConf.For(Database);
        var byVariable = MigratorProcess.Run($"list -c {conf.Path}", Variable("3.4"));
        var wrongVariable = MigratorProcess.Run($"list -c {conf.Path}", Variable("3.99"));
        var wrongOption = Migrator("list --gateway-version 4");
        Assert.Multiple(() =>
        {
            Assert.That(byVariable.ExitCode, Is.EqualTo(3), byVariable.Errors);
            Assert.That(wrongVariable.ExitCode, Is.EqualTo(2));
            Assert.That(wrongVariable.Errors, Does.Contain("3.99").And.Contain("3.9"));
            Assert.That(wrongOption.ExitCode, Is.EqualTo(2));
            Assert.That(wrongOption.Errors, Does.Contain("--gateway-version takes one of 2.8").And.Contain("not '4'"));
        });

        static Dictionary<string, string> Variable(string version) =>
            new(StringComparer.Ordinal) { ["MIGRATOR_GATEWAY_VERSION"] = version };
    }

    [Test]
    public void The_help_lists_the_versions()
    {
        var help = MigratorProcess.Run("up --help").Output;
        Assert.Multiple(() => GatewayVersion.Known.ToList().ForEach(version => Assert.That(help, Does.Contain(version.ToString()))));
    }

    [Test]
    public void A_plugin_that_is_not_bundled_is_named_and_its_rows_are_kept()
    {
        StartBootstrapped();
        Database.Execute("INSERT INTO schema_meta VALUES ('schema_meta', 'my-plugin', '001_mine', '{001_mine}')");
        var result = Migrator("up", ("plugins", "bundled,my-plugin"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Errors, Does.Contain("'plugins' names my-plugin, not bundled"));
            Assert.That(Ledger(), Does.Contain("my-plugin 001_mine {001_mine}"));
        });
    }
}
