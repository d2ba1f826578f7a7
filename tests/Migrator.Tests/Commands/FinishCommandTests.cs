namespace Migrator.Tests.Commands;

internal sealed class FinishCommandTests : CommandTest
{
    [Test]
    public void An_empty_database_is_refused()
    {
        var result = Migrator("finish");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3));
            Assert.That(result.Errors, Does.Contain("is empty"));
        });
    }

    [Test]
    public void With_nothing_pending_it_says_so_and_suggests_up_for_new_migrations()
    {
        StartBootstrapped();
        Database.Execute("DELETE FROM schema_meta WHERE subsystem = 'ai-proxy'");
        var result = Migrator("finish");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("Nothing to do.").And.Contain("migrator up"));
        });
    }
}
