using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TestSupport;

namespace Migrations.Tests;

/// <summary>A gateway's database that the built program bootstraps and upgrades.</summary>
internal sealed class BuiltGateway : IDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<TestDatabase>> Templates = new(StringComparer.Ordinal);

    private readonly KongConf conf;

    private BuiltGateway(TestDatabase database)
    {
        Database = database;
        conf = KongConf.For(Database);
    }

    /// <summary>The database.</summary>
    public TestDatabase Database { get; }

    /// <summary>The warnings of the program, one message per line.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>A copy of a gateway version's database, with the workspaces that the rows in <c>data</c> refer to.</summary>
    public static BuiltGateway Of(string version) =>
        new(Templates.GetOrAdd(version, _ => new Lazy<TestDatabase>(() => Bootstrap(version))).Value.Copy());

    /// <summary>A database that was created without the program.</summary>
    public static BuiltGateway On(TestDatabase database) => new(database);

    /// <summary>Runs the command <c>up</c>.</summary>
    public void Up(string version) => Run($"up --gateway-version {version}");

    /// <summary>Runs the command <c>finish</c>.</summary>
    public void Finish(string version) => Run($"finish --gateway-version {version}");

    /// <inheritdoc />
    public void Dispose()
    {
        conf.Dispose();
        Database.Dispose();
    }

    private static TestDatabase Bootstrap(string version)
    {
        var gateway = new BuiltGateway(PostgresServer.Shared.CreateDatabase());
        using (gateway.conf)
        {
            gateway.Run($"bootstrap --gateway-version {version}");
        }

        gateway.Database.Execute($"UPDATE workspaces SET id = '{Gateway.DefaultWorkspace}' WHERE name = 'default'");
        return gateway.Database;
    }

    /// <summary>Runs a command and asserts its exit code.</summary>
    public void Run(string command, int exitCode = 0)
    {
        var result = MigratorProcess.Run($"{command} --log-format json -c {conf.Path}");
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), $"{command}: {result.Errors}");
        Warnings.AddRange(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .Where(line => line.Text("level") == "warning").Select(line => line.Text("message")));
    }
}
