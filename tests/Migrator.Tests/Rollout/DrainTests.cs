using System.Net;
using Migrations.Dsl;
using Migrator.Rollout;

namespace Migrator.Tests.Rollout;

/// <summary>Tests of which gateways count as those of the previous version.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    [TestCase("3.4.2", true)]
    [TestCase("3.8.0.0-enterprise-edition", true)]
    [TestCase("3.9.0", false)]
    [TestCase("3.10.1", false)]
    [TestCase("4.0", false)]
    [TestCase("?", true)]
    [TestCase("", true)]
    [TestCase(null, true)]
    [TestCase("99999999999.1", true)]
    public void A_data_plane_counts_if_it_is_older_or_its_version_is_unknown(string? version, bool counts) =>
        Assert.That(Old(null, [], [Plane(version, age: 1)]), Has.Count.EqualTo(counts ? 1 : 0));

    [TestCase(59, 1)]
    [TestCase(61, 0)]
    [TestCase(null, 0)]
    public void A_data_plane_counts_only_if_it_was_seen_lately(int? age, int count) =>
        Assert.That(Old(null, [], [Plane("3.4.0", age)]), Has.Count.EqualTo(count));

    [Test]
    public void Every_session_counts_if_the_old_addresses_are_not_known() =>
        Assert.That(Old(null, [Session("10.0.0.1"), Session("")], []), Has.Count.EqualTo(2));

    [Test]
    public void With_old_addresses_only_sessions_from_these_count_and_those_whose_address_is_hidden() => Assert.That(
        Old(["10.0.0.1"], [Session("10.0.0.1"), Session("10.0.0.2"), Session("")], []),
        Is.EqualTo(new[] { "10.0.0.1 (user kong, 2 sessions)", "an address that this user may not see (user kong, 2 sessions)" }));

    [Test]
    public void With_new_addresses_sessions_from_these_do_not_count() => Assert.That(
        Old(null, [Session("10.0.0.1"), Session("10.0.0.2"), Session("fd00::2"), Session("local"), Session("")], [],
            "10.0.0.2", "fd00:0::2"),
        Is.EqualTo(new[]
        {
            "10.0.0.1 (user kong, 2 sessions)", "local (user kong, 2 sessions)",
            "an address that this user may not see (user kong, 2 sessions)",
        }));

    [Test]
    public void An_old_address_that_a_new_gateway_has_now_does_not_count() =>
        Assert.That(Old(["10.0.0.1"], [Session("10.0.0.1")], [], "10.0.0.1"), Is.Empty);

    private static IReadOnlyList<string> Old(
        HashSet<string>? addresses, GatewaySessions[] sessions, DataPlane[] planes, params string[] newAddresses) =>
        new DrainWait(Quiet, TimeSpan.FromHours(1), GatewayVersion.Default, addresses, newNodes: null, TimeProvider.System)
            .Old(new(sessions, planes), newAddresses.Length == 0 ? null : newAddresses.Select(IPAddress.Parse).ToHashSet());

    private static GatewaySessions Session(string address) => new(address, "kong", "kong", 2, "", "");

    private static DataPlane Plane(string? version, int? age) =>
        new("id", "dp", "10.0.0.9", version, "now", age is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}
