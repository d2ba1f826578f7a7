using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Migrations.Compiling;
using Migrations.Dsl;
using TestSupport;

namespace Migrations.Tests;

/// <summary>The schema equals the real gateway's, after a bootstrap of every version and after every phase.</summary>
public sealed class SchemaTests
{
    private static readonly ConcurrentDictionary<string, HashSet<string>> Catalogues = new(StringComparer.Ordinal);

    private static IEnumerable<string> Versions => GatewayVersion.Known.Select(version => version.Name);

    private static IEnumerable<TestCaseData> VersionsAndSchemas =>
        from version in Versions
        from schema in new[] { "public", "gateway" }
        where LongForm.IsAsked || schema == "public" || version == GatewayVersion.Default.Name
        select new TestCaseData(version, schema);

    [TestCaseSource(nameof(VersionsAndSchemas))]
    public void Bootstrap_creates_the_catalogue_of_the_version(string version, string schema)
    {
        using var gateway = Gateway.Create(version, schema);

        Assert.That(LiveCatalogue.Facts(gateway.Database, schema), Is.EquivalentTo(Kongs(version)));
    }

    [TestCase("3.9")]
    [TestCase("3.10")]
    public void Every_phase_makes_the_same_changes_as_Kongs(string version)
    {
        using var gateway = Gateway.Empty();
        var steps = KongData.Lines("steps.jsonl").ToDictionary(step => step.Text("migration"), StringComparer.Ordinal);
        var facts = LiveCatalogue.Facts(gateway.Database);

        foreach (var (subsystem, entry) in Gateway.Entries(GatewayVersion.Find(version)!))
        {
            var step = steps[$"{subsystem.Name}/{entry.Name}"];
            Assert.That(entry.HasFinish, Is.EqualTo(step["finish"] is not null), $"{subsystem.Name}/{entry.Name} has a finish phase");
            RunAndCompare(Phase.Up, step[$"up_{version}"] ?? step["up"]!);
            if (entry.HasFinish)
            {
                RunAndCompare(Phase.Finish, step["finish"]!);
            }

            void RunAndCompare(Phase phase, JsonNode kongs)
            {
                gateway.Run(subsystem, entry, phase);
                var now = LiveCatalogue.Facts(gateway.Database);
                Assert.That(StepFacts.Changes(facts, now), Is.EquivalentTo(StepFacts.Of(kongs)), $"{subsystem.Name}/{entry.Name} {phase}");
                facts = now;
            }
        }
    }

    [TestCase("3.9")]
    [TestCase("3.10")]
    public void Repeating_a_migration_by_force_changes_nothing(string version)
    {
        using var gateway = Gateway.Of(version);
        foreach (var (_, entry) in Gateway.Entries(GatewayVersion.Find(version)!))
        {
            gateway.Force(entry);
        }

        Assert.That(LiveCatalogue.Facts(gateway.Database), Is.EquivalentTo(Kongs(version)));
    }

    /// <summary>The facts of the real gateway's catalogue.</summary>
    internal static IReadOnlyCollection<string> Kongs(string version) =>
        Catalogues.GetOrAdd(version, static v => CatalogueFacts.Of(KongData.Json($"catalogue/{v}.json")));
}
