using System.Reflection;
using Migrations.Compiling;
using Migrations.Dsl;

namespace Migrations.Tests;

public sealed class CatalogueTests
{
    private static IEnumerable<GatewayVersion> Versions => GatewayVersion.Known;

    [TestCase("3.9")]
    [TestCase("3.10")]
    public void The_catalogue_has_Kongs_migrations_in_Kongs_order(string version) =>
        Assert.That(Names(GatewayVersion.Find(version)!), Is.EqualTo(KongData.Order(version)));

    [TestCaseSource(nameof(Versions))]
    public void A_version_has_the_migrations_in_Kongs_ledger(GatewayVersion version)
    {
        var ledger = KongData.Json($"catalogue/{version.Name}.json")["ledger"]!.AsObject()
            .SelectMany(row => row.Value!.AsArray().Select(name => $"{row.Key}/{name}"));

        Assert.That(Names(version), Is.EquivalentTo(ledger));
    }

    [Test]
    public void A_class_is_named_after_its_migration()
    {
        foreach (var (subsystem, entry) in Gateway.Entries(GatewayVersion.Newest))
        {
            var type = entry.Create(new GatewaySchema("public")).GetType();
            var kong = type.GetCustomAttribute<KongMigrationAttribute>()!;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(type.Name, Is.EqualTo("M" + entry.Name));
                Assert.That(kong.Name, Is.EqualTo(entry.Name));
                Assert.That(entry.Name, Does.StartWith($"{kong.Number:000}_"));
                Assert.That(kong.Subsystem, Is.EqualTo(subsystem.Name));
                Assert.That(type.Namespace!.Split('.')[^1].ToUpperInvariant(),
                    Is.EqualTo(subsystem.Name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()));
            }
        }
    }

    [Test]
    public void Versions_are_unique_and_in_Kongs_order()
    {
        var versions = Gateway.Entries(GatewayVersion.Newest)
            .Select(m => m.Entry.Create(new GatewaySchema("public")).GetType().GetCustomAttribute<KongMigrationAttribute>()!.Version);
        Assert.That(versions, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public void Every_migration_class_is_in_the_catalogue()
    {
        var listed = Gateway.Entries(GatewayVersion.Newest).Select(e => e.Entry.Create(new GatewaySchema("public")).GetType());
        var written = typeof(KongMigration).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(KongMigration)) && !t.IsAbstract);

        Assert.That(listed, Is.EquivalentTo(written));
    }

    [Test]
    public void Every_phase_compiles()
    {
        foreach (var (_, entry) in Gateway.Entries(GatewayVersion.Newest))
        {
            foreach (var phase in Gateway.Phases(entry))
            {
                Assert.That(() => MigrationCompiler.Compile(entry.Create(new GatewaySchema("public")), phase), Throws.Nothing,
                    $"{entry.Name} {phase}");
            }
        }
    }

    [Test]
    public void Down_of_a_migration_without_a_finish_phase_throws() =>
        Assert.That(() => new Core.M004_110_to_120().Down(), Throws.TypeOf<NotSupportedException>());

    [Test]
    public void The_default_is_the_newest_released_version()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(GatewayVersion.Default.Name, Is.EqualTo("3.9"));
            Assert.That(GatewayVersion.Newest.ToString(), Is.EqualTo("3.10 (unreleased)"));
            Assert.That(new[] { "3.9", "3.9.1", "3.9.1.2", "3.9.x", "3", "" }.Select(GatewayVersion.Find),
                Is.EqualTo(new[] { GatewayVersion.Default, GatewayVersion.Default, GatewayVersion.Default, null, null, null }));
            Assert.That(GatewayVersion.Known, Is.Ordered.Ascending);
            Assert.That(Names(GatewayVersion.Default),
                Is.EqualTo(Catalogue.Subsystems.SelectMany(s => s.Migrations.Select(m => $"{s.Name}/{m.Name}"))));
        }
    }

    private static IEnumerable<string> Names(GatewayVersion version) =>
        Gateway.Entries(version).Select(e => $"{e.Subsystem.Name}/{e.Entry.Name}");
}
