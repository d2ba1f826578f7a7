using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>
/// The base of the stress tests: their extent (tests/stress.sh runs the long form), databases to compare with, and the report.
/// </summary>
internal abstract class Stress
{
    private static readonly Lazy<string> Fresh = new(() => Undisturbed(old: false));
    private static readonly Lazy<string> Upgraded = new(() => Undisturbed(old: true));
    private static readonly Lock Report = new();

    /// <summary>Whether the tests run in the long form.</summary>
    protected static bool IsLong => LongForm.IsAsked;

    /// <summary>The fingerprint of a database after the command.</summary>
    protected static string Expected(string command) => command == "up" ? Upgraded.Value : Fresh.Value;

    /// <summary>Creates a database on which a command has work to do.</summary>
    protected static TestDatabase DatabaseFor(string command, PostgresServer? server = null)
    {
        if (server is null)
        {
            return command == "up" ? OldDatabase.Create() : PostgresServer.Shared.CreateDatabase();
        }

        var database = server.CreateDatabase();
        if (command == "up")
        {
            OldDatabase.Fill(database);
        }

        // The test servers have synchronous_commit off: a crash would lose the rows written a moment before.
        database.Execute("CHECKPOINT");

        return database;
    }

    /// <summary>Adds a line to the report and to the test's output.</summary>
    protected static void Say(string text)
    {
        TestContext.Out.WriteLine(text);
        if (Environment.GetEnvironmentVariable("MIGRATOR_STRESS_REPORT") is { Length: > 0 } file)
        {
            lock (Report)
            {
                File.AppendAllText(file, text + "\n");
            }
        }
    }

    private static string Undisturbed(bool old)
    {
        var command = old ? "up" : "bootstrap";
        using var database = DatabaseFor(command);
        using var conf = KongConf.For(database);
        var result = MigratorProcess.Run($"{command} -c {conf.Path}");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        return Fingerprint.Of(database);
    }
}
