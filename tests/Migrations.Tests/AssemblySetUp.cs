using TestSupport;

[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

namespace Migrations.Tests;

/// <summary>Stops the server that the tests of this assembly share.</summary>
[SetUpFixture]
public sealed class AssemblySetUp
{
    [OneTimeTearDown]
    public void StopServer() => PostgresServer.StopShared();
}
