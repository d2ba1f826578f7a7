using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>Rewrites of unusual configs: missing or null settings, wrong types, old and new names together.</summary>
public sealed class OddConfigTests
{
    private static readonly Lazy<Upgrade> Upgraded = new(Upgrade.Run);

    private static IEnumerable<TestCaseData> Cases => OddConfigs.All.Select((odd, number) =>
        new TestCaseData(number, odd).SetArgDisplayNames($"{number + 1}: {odd.Text("plugin")}, {odd.Text("case")}"));

    [TestCaseSource(nameof(Cases))]
    public void An_unusual_config_is_rewritten_as_specified(int number, JsonObject odd)
    {
        var (warnings, expectedUp, expectedFinish, up, finish) = Upgraded.Value;

        using (Assert.EnterMultipleScope())
        {
            foreach (var id in OddConfigs.Ids(number))
            {
                Assert.That(up[id], Is.EqualTo(expectedUp[number]), "after up");
                Assert.That(finish[id], Is.EqualTo(expectedFinish[number]), "after finish");
                Assert.That(warnings.Where(warning => warning.Contains(id, StringComparison.Ordinal)).ToList(),
                    Has.Count.EqualTo((int)odd["warnings"]!));
            }
        }
    }

    [Test]
    public void Nothing_but_the_config_changes()
    {
        using var gateway = Gateway.Of("2.8").WithWorkspaces();
        OddConfigs.Insert(gateway);
        var before = OddConfigs.ReadRest(gateway);

        gateway.Up("3.9");
        gateway.Finish();

        Assert.That(OddConfigs.ReadRest(gateway), Is.EquivalentTo(before));
    }

    private sealed record Upgrade(
        IReadOnlyList<string> Warnings,
        IReadOnlyList<string> ExpectedUp,
        IReadOnlyList<string> ExpectedFinish,
        IReadOnlyDictionary<string, string> AfterUp,
        IReadOnlyDictionary<string, string> AfterFinish)
    {
        public static Upgrade Run()
        {
            using var gateway = Gateway.Of("2.8").WithWorkspaces();
            OddConfigs.Insert(gateway);
            gateway.Up("3.9");
            var afterUp = OddConfigs.Read(gateway);
            gateway.Finish();
            return new Upgrade(
                gateway.Warnings.ConvertAll(warning => warning.MessageText),
                OddConfigs.Expected(gateway, "up"),
                OddConfigs.Expected(gateway, "finish"),
                afterUp,
                OddConfigs.Read(gateway));
        }
    }
}
