using TestSupport;

namespace Migrations.Tests;

/// <summary>The schema is Kong's on every major version of PostgreSQL, not only on the machine's own.</summary>
public sealed class PostgresVersionTests
{
    [TestCaseSource(typeof(PostgresVersions), nameof(PostgresVersions.All))]
    public void Bootstrap_makes_the_catalogue_of_each_gateway_version(int postgres)
    {
        using var server = PostgresVersions.Start(postgres);
        foreach (var version in GatewayVersion.Known)
        {
            using var gateway = Gateway.Create(version.Name, schema: version == GatewayVersion.Default ? "gateway" : "public", server);
            Assert.That(
                LiveCatalogue.Facts(gateway.Database, gateway.Schema), Is.EquivalentTo(SchemaTests.Kongs(version.Name)), version.Name);
        }
    }
}
