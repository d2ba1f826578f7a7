using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>What depends on a terminal: questions, colours, and kong.conf from standard input.</summary>
internal sealed class TerminalTests : CommandTest
{
    [TestCase("reset")]
    [TestCase("bootstrap --force")]
    public async Task Before_a_drop_the_tables_are_listed_and_the_name_of_the_database_has_to_be_typed(string command)
    {
        StartOld();
        using var conf = KongConf.For(Database);
        var refused = await InProcess.RunAsync($"{command} -c {conf.Path}", reply: "y");
        Assert.That(refused.Errors, Does.Contain("routes").And.Contain("200").And.Contain("Type the name of the database to go on:"));
        Assert.That(refused.Output, Does.Contain("That is not the name of the database. Nothing has been changed."));
        Assert.That(Database.Query("SELECT count(*)::text FROM routes").Single(), Is.EqualTo("200"));

        var confirmed = await InProcess.RunAsync($"{command} -c {conf.Path}", reply: Database.Name);
        Assert.That(confirmed.ExitCode, Is.Zero, confirmed.Errors);
        Assert.That(Tables().Contains("routes", StringComparer.Ordinal), Is.EqualTo(command != "reset"));
        Assert.That(command == "reset" ? "0" : Database.Query("SELECT count(*)::text FROM routes").Single(), Is.EqualTo("0"));
    }

    [Test]
    public async Task On_a_terminal_list_colours_the_states_unless_NO_COLOR_is_set()
    {
        StartOld();
        using var conf = KongConf.For(Database);
        var (_, plain, _) = await InProcess.RunAsync($"list -c {conf.Path}");
        var (_, coloured, _) = await InProcess.RunAsync(
            $"list -c {conf.Path}", isOutputTerminal: true, variables: [("TERM", "xterm")]);
        var (_, uncoloured, _) = await InProcess.RunAsync(
            $"list -c {conf.Path}", isOutputTerminal: true, variables: [("TERM", "xterm"), ("NO_COLOR", "1")]);
        Assert.Multiple(() =>
        {
            Assert.That(plain, Does.Not.Contain('\u001b'));
            Assert.That(coloured, Does.Contain("\u001b["));
            Assert.That(uncoloured, Is.EqualTo(plain));
        });
    }

    [Test]
    public void A_dash_reads_kong_conf_from_standard_input()
    {
        StartBootstrapped();
        using var conf = KongConf.For(Database);
        var result = MigratorProcess.Run("list -c -", input: File.ReadAllText(conf.Path));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        var broken = MigratorProcess.Run("list -c -", input: "pg_port = 99999\n");
        Assert.That(broken.ExitCode, Is.EqualTo(2));
        Assert.That(broken.Errors, Does.Contain("pg_port").And.Contain("migrator config -c - < kong.conf"));
    }

    [Test]
    public async Task A_dash_is_refused_on_a_terminal()
    {
        var (exitCode, _, errors) = await InProcess.RunAsync("list -c -", reply: "");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("migrator list -c - < kong.conf"));
    }
}
