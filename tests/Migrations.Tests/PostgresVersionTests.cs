using Migrations.Dsl;
using TestSupport;

namespace Migrations.Tests;

/// <summary>The built program on every supported major version of PostgreSQL: each command works, and the schema equals Kong's.</summary>
public sealed class PostgresVersionTests
{
    [TestCaseSource(typeof(PostgresVersions), nameof(PostgresVersions.All))]
    public void A_database_is_bootstrapped_upgraded_finished_and_reset(int postgres)
    {
        using var server = PostgresVersions.Start(postgres);
        using var gateway = BuiltGateway.On(server.CreateDatabase());
        gateway.Run($"bootstrap --gateway-version {GatewayVersion.Known[0].Name}");
        AssertCatalogue(gateway.Database, GatewayVersion.Known[0]);
        gateway.Run("up");
        gateway.Run("list", exitCode: 4);
        gateway.Run("finish");
        AssertCatalogue(gateway.Database, GatewayVersion.Default);
        gateway.Run("up --force");
        AssertCatalogue(gateway.Database, GatewayVersion.Default);
        gateway.Run("reset --yes");
        gateway.Run("bootstrap");
        AssertCatalogue(gateway.Database, GatewayVersion.Default);
        gateway.Run("list");
    }

    [TestCaseSource(nameof(OldestOrAll))]
    public void Upgrades_create_the_catalogue_of_each_gateway_version(int postgres)
    {
        using var server = PostgresVersions.Start(postgres);
        using var gateway = Gateway.Create(GatewayVersion.Known[0].Name, schema: "gateway", server: server);
        foreach (var version in GatewayVersion.Known)
        {
            gateway.Up(version.Name);
            gateway.Finish();
            AssertCatalogue(gateway.Database, version, "gateway");
        }
    }

    private static IEnumerable<int> OldestOrAll => LongForm.IsAsked ? PostgresVersions.All : PostgresVersions.All.Take(1);

    private static void AssertCatalogue(TestDatabase database, GatewayVersion version, string schema = "public") => Assert.That(
        LiveCatalogue.Facts(database, schema), Is.EquivalentTo(SchemaTests.Kongs(version.Name)), version.Name);
}
