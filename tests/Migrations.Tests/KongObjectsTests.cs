using Migrations.Dsl;

namespace Migrations.Tests;

/// <summary>The names of Kong's objects, compared with the catalogue of every gateway version.</summary>
public sealed class KongObjectsTests
{
    private static IEnumerable<GatewayVersion> Versions => GatewayVersion.Known;

    [TestCaseSource(nameof(Versions))]
    public void Every_table_column_index_sequence_and_function_of_a_version_is_known(GatewayVersion version)
    {
        var catalogue = KongData.Json($"catalogue/{version.Name}.json");
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, table) in catalogue["tables"]!.AsObject())
            {
                Assert.That(KongObjects.All.Tables.Keys, Does.Contain(name));
                var columns = table!["columns"]!.AsArray().Select(c => c!.Text("name"));
                Assert.That(KongObjects.All.Tables.GetValueOrDefault(name), Is.SubsetOf(columns), name);
                var indexes = table["indexes"]!.AsArray().Select(i => (i!.Text("name"), name));
                Assert.That(indexes, Is.SubsetOf(KongObjects.All.Indexes.Select(i => (i.Key, i.Value))));
            }

            Assert.That(catalogue["functions"]!.AsArray().Select(f => f!.Text("name")), Is.SubsetOf(KongObjects.Functions));
            Assert.That(catalogue["sequences"]!.AsArray().Select(s => s!.Text("name")), Is.SubsetOf(KongObjects.All.Sequences.Keys));
        }
    }

    [Test]
    public void The_names_that_are_written_out_are_those_of_the_migrations() => Assert.That(
        KongObjects.TableNames, Is.EquivalentTo(KongObjects.All.Tables.Keys.Where(name => name != "schema_meta")));
}
