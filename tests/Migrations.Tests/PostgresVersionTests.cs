using TestSupport;

namespace Migrations.Tests;

/// <summary>The schema is Kong's on every major version of PostgreSQL, not only on the machine's own.</summary>
public sealed class PostgresVersionTests
{
    [TestCaseSource(typeof(PostgresVersions), nameof(PostgresVersions.All))]
    public void Bootstrap_and_upgrades_make_the_catalogue_of_each_gateway_version(int postgres)
    {
        using var server = PostgresVersions.Start(postgres);
        using var bootstrapped = Gateway.Create(GatewayVersion.Default.Name, schema: "gateway", server);
        AssertCatalogue(bootstrapped, GatewayVersion.Default);

        // One database through all versions: that an upgrade ends where a bootstrap ends is tested elsewhere.
        using var upgraded = Gateway.Create(GatewayVersion.Known[0].Name, server: server);
        foreach (var version in GatewayVersion.Known)
        {
            upgraded.Up(version.Name);
            upgraded.Finish();
            AssertCatalogue(upgraded, version);
        }
    }

    private static void AssertCatalogue(Gateway gateway, GatewayVersion version) => Assert.That(
        LiveCatalogue.Facts(gateway.Database, gateway.Schema), Is.EquivalentTo(SchemaTests.Kongs(version.Name)), version.Name);
}
