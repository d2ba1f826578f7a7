using System.Text.Json;

namespace Migrator.Tests.Commands;

internal sealed class StatusCommandTests : CommandTest
{
    [Test]
    public void It_prints_Kongs_keys_as_JSON_and_exits_with_0_on_an_empty_database()
    {
        var result = Migrator("status");
        using var json = JsonDocument.Parse(result.Output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(json.RootElement.GetProperty("needs_bootstrap").GetBoolean(), Is.True);
            Assert.That(
                json.RootElement.EnumerateObject().Select(p => p.Name),
                Is.SupersetOf(new[] { "executed_migrations", "pending_migrations", "missing_migrations", "new_migrations" }));
        });
    }

    [Test]
    public void Each_entry_has_a_subsystem_a_namespace_and_names()
    {
        StartBootstrapped();
        using var json = JsonDocument.Parse(Migrator("status").Output);
        var executed = json.RootElement.GetProperty("executed_migrations").EnumerateArray().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("needs_bootstrap").GetBoolean(), Is.False);
            Assert.That(executed.Select(e => e.GetProperty("subsystem").GetString()).First(), Is.EqualTo("core"));
            Assert.That(executed[0].GetProperty("namespace").GetString(), Is.EqualTo("kong.db.migrations.core"));
            Assert.That(executed[1].GetProperty("namespace").GetString(), Is.EqualTo("kong.plugins.acl.migrations"));
            Assert.That(executed[0].GetProperty("migrations").EnumerateArray().Last().GetString(), Is.EqualTo("024_380_to_390"));
            Assert.That(json.RootElement.GetProperty("new_migrations").GetArrayLength(), Is.Zero);
        });
    }
}
