using Migrator.Tests.Commands;

namespace Migrator.Tests.Concurrency;

internal sealed class MigrateCommandTests : CommandTest
{
    [Test]
    public void An_empty_database_is_bootstrapped_and_a_second_run_has_nothing_to_do()
    {
        var first = Migrator("migrate");
        var second = Migrator("migrate --finish");
        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.Zero, first.Errors);
            Assert.That(first.Output, Does.Contain("Executed 67 migrations in "));
            Assert.That(second.ExitCode, Is.Zero);
            Assert.That(second.Output, Does.Contain("Nothing to do.\n"));
            Assert.That(Migrator("list").ExitCode, Is.Zero);
        });
    }

    [Test]
    public void An_incomplete_bootstrap_is_completed()
    {
        Migrator("bootstrap");
        var ledger = Ledger();
        Database.Execute("DELETE FROM schema_meta WHERE subsystem <> 'core'; UPDATE schema_meta SET executed = '{000_base}', "
            + "last_executed = '000_base'; DROP TABLE locks");
        Assert.That(Migrator("migrate").ExitCode, Is.Zero);
        Assert.That(Ledger(), Is.EqualTo(ledger));
    }

    [Test]
    public void An_older_database_is_upgraded_and_with_finish_completed()
    {
        StartOld("3.4");
        var up = Migrator("migrate");
        var again = Migrator("migrate");
        var pending = Migrator("list").ExitCode;
        var finish = Migrator("migrate --finish");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(up.Output, Does.Contain("migrator finish"));
            Assert.That(again.ExitCode, Is.Zero);
            Assert.That(again.Output, Does.Contain("Nothing to do.").And.Contain("Migrations are pending"));
            Assert.That(pending, Is.EqualTo(4));
            Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
            Assert.That(Migrator("list").ExitCode, Is.Zero);
        });
    }

    [Test]
    public void An_unfinished_upgrade_is_refused_without_finish_and_completed_with_it()
    {
        StartOld("3.4");
        Database.Execute("UPDATE schema_meta SET executed = array_remove(executed, '001_280_to_300'), pending = '{001_280_to_300}' WHERE "
            + "subsystem = 'post-function'");
        var refused = Migrator("migrate");
        var done = Migrator("migrate --finish");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(4));
            Assert.That(refused.Errors, Does.Contain("post-function/001_280_to_300"));
            Assert.That(done.ExitCode, Is.Zero, done.Errors);
            Assert.That(Migrator("list").ExitCode, Is.Zero);
        });
    }
}
