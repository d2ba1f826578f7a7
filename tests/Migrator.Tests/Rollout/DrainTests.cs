using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Rollout;
using Npgsql;

namespace Migrator.Tests.Rollout;

/// <summary>Tests of which gateways count as those of the previous version, and of how long they are waited for.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

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

    [TestCase(59, "2026-11-30T00:00:00Z", 1)]
    [TestCase(61, "2026-11-30T00:00:00Z", 0)]
    [TestCase(-5, "2026-11-30T00:00:00Z", 1)]
    [TestCase(null, "never", 0)]
    [TestCase(null, "-infinity", 0)]
    [TestCase(null, "infinity", 1)]
    public void A_data_plane_counts_only_if_it_was_seen_lately(int? age, string seen, int count) =>
        Assert.That(Old(null, [], [Plane("3.4.0", age) with { LastSeen = seen }]), Has.Count.EqualTo(count));

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
            "10.0.0.2", "fd00::2"),
        Is.EqualTo(new[]
        {
            "10.0.0.1 (user kong, 2 sessions)", "local (user kong, 2 sessions)",
            "an address that this user may not see (user kong, 2 sessions)",
        }));

    [Test]
    public void An_old_address_that_a_new_gateway_has_now_does_not_count() =>
        Assert.That(Old(["10.0.0.1"], [Session("10.0.0.1")], [], "10.0.0.1"), Is.Empty);

    [TestCase("kong", "10.0.0.1", "kong", "10.0.0.1")]
    [TestCase("kong", "::ffff:10.0.0.1", "kong", "10.0.0.1")]
    [TestCase("kong", "", "kong", "")]
    [TestCase("kong - 10.9.8.7:41234", "10.0.0.1", "kong", "10.9.8.7")]
    [TestCase("kong - 10.9.8.7:41234", "", "kong", "10.9.8.7")]
    [TestCase("kong - fd00:0::7:41234", "10.0.0.1", "kong", "fd00::7")]
    [TestCase("kong - [fd00::7]:41234", "10.0.0.1", "kong", "fd00::7")]
    [TestCase("kong - unix(12@host):6432", "10.0.0.1", "kong", "local")]
    [TestCase("kong - something else", "10.0.0.1", "kong", "10.0.0.1")]
    [TestCase("pgmoon - 10.9.8.7:1", "10.0.0.1", "pgmoon", "10.9.8.7")]
    public void The_address_is_the_one_that_PgBouncer_adds_to_the_application_name(
        string application, string client, string expected, string address)
    {
        var session = GatewaySessions.Create("db", client, "kong", application, "", "");
        Assert.That((session.Application, session.Address), Is.EqualTo((expected, address)));
    }

    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("::ffff:127.0.0.1", "127.0.0.1")]
    [TestCase("FD00:0:0::1", "fd00::1")]
    [TestCase("fe80::1%2", "fe80::1")]
    [TestCase("local", "local")]
    [TestCase("127.0.0.1/32", null)]
    [TestCase("127.0.0.1:5432", null)]
    [TestCase("[::1]:5432", null)]
    [TestCase("[::1]", null)]
    [TestCase("127.1", null)]
    [TestCase("1", null)]
    [TestCase("0x7f.0.0.1", null)]
    [TestCase("127.0.0.1 ", null)]
    [TestCase("localhost", null)]
    [TestCase("", null)]
    public void Addresses_are_compared_as_addresses(string text, string? address) =>
        Assert.That(NodeAddress.Parse(text), Is.EqualTo(address));

    [TestCase("kong-nodes", true)]
    [TestCase("kong-nodes.ns.svc.cluster.local.", true)]
    [TestCase("10.9.8.7", true)]
    [TestCase("fd00::7", true)]
    [TestCase("", false)]
    [TestCase(" ", false)]
    [TestCase("kong-nodes ", false)]
    [TestCase("10.0.0.0/24", false)]
    [TestCase("kong-nodes:8001", false)]
    [TestCase("a,b", false)]
    [TestCase("0.0.0.0", false)]
    [TestCase("::", false)]
    [TestCase("127.1", false)]
    [TestCase("http://kong-nodes", false)]
    public void New_nodes_are_one_host(string name, bool isAccepted) => Assert.That(
        () => NewNodes.Parse(name).Name,
        isAccepted ? Is.EqualTo(name) : Throws.InstanceOf<MigratorException>().With.Property("ExitCode").EqualTo(ExitCode.Usage));

    [Test]
    public async Task The_wait_ends_when_none_was_seen_for_the_time_and_another_call_only_looks()
    {
        var clock = new JumpingClock();
        var log = new DrainLog();
        var wait = Wait(clock, _ => clock.Passed < TimeSpan.FromSeconds(30) ? Seen(Session("10.0.0.1")) : Seen());
        Assert.That(await wait.WaitAsync(log, default));
        Assert.That(clock.Passed, Is.InRange(TimeSpan.FromSeconds(89), TimeSpan.FromSeconds(92)));
        Assert.That(log.Text[0], Is.EqualTo("waiting for 10.0.0.1 (user kong, 2 sessions)"));
        Assert.That(log.Text[^1], Is.EqualTo("drained 60"));
        var before = clock.Passed;
        Assert.That(await wait.WaitAsync(log, default), Is.False);
        Assert.That(clock.Passed, Is.EqualTo(before));
    }

    [Test]
    public async Task It_begins_again_after_a_time_in_which_nobody_looked()
    {
        var clock = new JumpingClock();
        var wait = Wait(clock, _ => Seen());
        await wait.WaitAsync(new DrainLog(), default);
        clock.Pass(TimeSpan.FromSeconds(20));
        var before = clock.Passed;
        Assert.That(await wait.WaitAsync(new DrainLog(), default));
        Assert.That(clock.Passed - before, Is.GreaterThanOrEqualTo(Quiet));
    }

    [Test]
    public async Task It_survives_lost_connections_and_does_not_count_the_time_without_one()
    {
        var clock = new JumpingClock();
        var log = new DrainLog();
        var wait = Wait(clock, _ => clock.Passed.TotalSeconds is > 30 and < 50
            ? throw new NpgsqlException("gone", new IOException("reset")) : Seen());
        Assert.That(await wait.WaitAsync(log, default));
        Assert.That(clock.Passed, Is.GreaterThan(TimeSpan.FromSeconds(110)));
        Assert.That(log.Text, Has.Some.StartsWith("cannot look: The connection to the server was lost"));
    }

    [TestCase(1, 20)]
    [TestCase(5, 8, 11, 3)]
    [TestCase(9, 1)]
    public async Task After_an_outage_it_begins_again_at_the_first_look_however_short_the_outage_was(params int[] upAndDown)
    {
        // Seconds in which looks succeed, then fail, and so on. No part is as long as the quiet time.
        var clock = new JumpingClock();
        var last = 0;
        var wait = new DrainWait(
            Options(11),
            _ =>
            {
                clock.Pass(TimeSpan.FromMilliseconds(250));
                var (at, end) = (0, 0.0);
                while (at < upAndDown.Length && clock.Passed.TotalSeconds >= end + upAndDown[at])
                {
                    end += upAndDown[at++];
                }

                last = at;
                return at % 2 == 1 ? throw new NpgsqlException("gone", new IOException("reset")) : Task.FromResult(Seen());
            },
            clock);
        Assert.That(await wait.WaitAsync(new DrainLog(), default));
        Assert.That(clock.Passed.TotalSeconds, Is.GreaterThanOrEqualTo(upAndDown.Sum() + 11));
        Assert.That(last, Is.EqualTo(upAndDown.Length));
    }

    [Test]
    public async Task A_connection_that_was_opened_again_begins_it_again()
    {
        // The connection of the second server may have been lost without a look that failed.
        var clock = new JumpingClock();
        var looks = 0;
        var wait = new DrainWait(
            Options(11),
            _ =>
            {
                clock.Pass(TimeSpan.FromMilliseconds(250));
                return Task.FromResult(Seen() with { HasReconnected = ++looks is 1 or 30 });
            },
            clock);
        Assert.That(await wait.WaitAsync(new DrainLog(), default));
        Assert.That(clock.Passed.TotalSeconds, Is.GreaterThanOrEqualTo((30 * 0.25) + 11));
    }

    [Test]
    public async Task The_time_of_a_look_that_the_server_kept_waiting_does_not_count()
    {
        var clock = new JumpingClock();
        var looks = 0;
        var wait = new DrainWait(
            Options(11),
            _ =>
            {
                clock.Pass(TimeSpan.FromSeconds(++looks == 10 ? 12 : 0.25));
                return Task.FromResult(Seen());
            },
            clock);
        Assert.That(await wait.WaitAsync(new DrainLog(), default));
        Assert.That(clock.Passed.TotalSeconds, Is.InRange(23, 25));
    }

    [Test]
    public async Task Once_it_has_ended_an_outage_between_two_transactions_begins_it_again()
    {
        var clock = new JumpingClock();
        var fails = false;
        var wait = Wait(clock, _ => fails && !(fails = false) ? throw new NpgsqlException("gone", new IOException("reset")) : Seen());
        await wait.WaitAsync(new DrainLog(), default);
        var before = clock.Passed;
        fails = true;
        Assert.That(await wait.WaitAsync(new DrainLog(), default));
        Assert.That(clock.Passed - before, Is.GreaterThanOrEqualTo(Quiet));
    }

    [Test]
    public void It_gives_up_with_the_reason_if_nobody_could_look()
    {
        var clock = new JumpingClock();
        var looks = 0;
        var wait = Wait(clock, _ => looks++ == 0 ? Seen() : throw new NpgsqlException("gone", new IOException("reset")));
        Assert.That(async () => await wait.WaitAsync(new DrainLog(), default), Throws.InstanceOf<MigratorException>()
            .With.Property("ExitCode").EqualTo(ExitCode.Unreachable));
        Assert.That(clock.Passed, Is.InRange(Hour, Hour + Quiet));
    }

    [Test]
    public void It_gives_up_and_names_whom_it_saw_last()
    {
        var clock = new JumpingClock();
        var wait = Wait(clock, _ => clock.Passed.TotalSeconds % 50 < 1 ? Seen(Session("10.0.0.1")) : Seen());
        Assert.That(async () => await wait.WaitAsync(new DrainLog(), default), Throws.InstanceOf<MigratorException>()
            .With.Message.Match(@"still there after 3600 s: 10\.0\.0\.1 \(user kong, 2 sessions\), seen [\d.]+ s ago\."));
    }

    [Test]
    public async Task A_data_plane_whose_control_plane_has_a_wrong_clock_is_seen_by_its_change()
    {
        var clock = new JumpingClock();
        var recorded = 0;
        var wait = Wait(clock, _ =>
        {
            recorded = clock.Passed < TimeSpan.FromMinutes(10) ? (int)(clock.Passed.TotalSeconds / 30) : recorded;
            return Seen([], Plane("3.4.0", age: 100_000) with { LastSeen = $"{recorded}" });
        });
        await wait.WaitAsync(new DrainLog(), default);
        Assert.That(clock.Passed, Is.GreaterThan(TimeSpan.FromMinutes(10)));
    }

    [Test]
    public async Task With_data_planes_the_time_is_longer_than_their_period()
    {
        var clock = new JumpingClock();
        var log = new DrainLog();
        var wait = new DrainWait(Options(11), _ => Task.FromResult(Seen([], Plane("3.9.0", age: 5))), clock);
        await wait.WaitAsync(log, default);
        Assert.That(clock.Passed, Is.GreaterThan(TimeSpan.FromSeconds(35)));
        Assert.That(log.Text[^1], Is.EqualTo("drained 36"));
    }

    [Test]
    public void A_limit_that_is_shorter_than_the_time_of_data_planes_is_refused()
    {
        var options = Options(11) with { Limit = TimeSpan.FromSeconds(20) };
        var wait = new DrainWait(options, _ => Task.FromResult(Seen([], Plane("3.9.0", age: 5))), new JumpingClock());
        Assert.That(async () => await wait.WaitAsync(new DrainLog(), default), Throws.InstanceOf<MigratorException>()
            .With.Property("ExitCode").EqualTo(ExitCode.Pending).And.Message.Contains("--drain-timeout 20 s is shorter than the 36 s"));
    }

    [Test]
    public void Data_planes_that_cannot_be_read_are_not_taken_for_none()
    {
        var seen = new Sighting(
            GatewayNodes.None with { DataPlanes = DataPlanes.None with { Diagnostic = "it is a view, not a table" } }, null);
        var wait = new DrainWait(Options(60), _ => Task.FromResult(seen), new JumpingClock());
        Assert.That(async () => await wait.WaitAsync(new DrainLog(), default), Throws.InstanceOf<MigratorException>()
            .With.Message.Contains("clustering_data_planes: it is a view"));
    }

    internal static DrainOptions Options(double quiet, IReadOnlySet<string>? old = null, string? newNodes = null) =>
        new(TimeSpan.FromSeconds(quiet), Hour, GatewayVersion.Default, old, newNodes, "kong");

    internal static Sighting Seen(params GatewaySessions[] sessions) => Seen(sessions, []);

    internal static GatewaySessions Session(string address) => new("db:5432", address, "kong", "kong", 2, "", "");

    private static Sighting Seen(GatewaySessions[] sessions, params DataPlane[] planes) =>
        new(new(sessions, DataPlanes.None with { Rows = planes, Total = planes.Length }), NewAddresses: null);

    private static DrainWait Wait(JumpingClock clock, Func<int, Sighting> look) =>
        new(Options(60), _ => Task.FromResult(look(0)), clock);

    private static IReadOnlyList<string> Old(
        HashSet<string>? addresses, GatewaySessions[] sessions, DataPlane[] planes, params string[] newAddresses) =>
        new DrainWait(Options(60, addresses), _ => throw new InvalidOperationException(), TimeProvider.System)
            .Old(Seen(sessions, planes) with
            {
                NewAddresses = newAddresses.Length == 0 ? null : newAddresses.ToHashSet(StringComparer.Ordinal),
            });

    private static DataPlane Plane(string? version, int? age) =>
        new("id", "dp", "10.0.0.9", version, "now", age is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}

/// <summary>Records what a wait for a drain says.</summary>
internal sealed class DrainLog : IDrainObserver
{
    public List<string> Text { get; } = [];

    public void Waiting(IReadOnlyList<string> nodes, TimeSpan left) => Text.Add($"waiting for {string.Join(", ", nodes)}");

    public void CannotLook(MigratorException reason, TimeSpan left) => Text.Add($"cannot look: {reason.Message}");

    public void Drained(TimeSpan quiet) => Text.Add($"drained {quiet.TotalSeconds}");
}

/// <summary>A clock for code on one thread: each delay ends at once, and the clock jumps to its end.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long ticks;

    public TimeSpan Passed => TimeSpan.FromTicks(ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan time) => ticks += time.Ticks;

    public override long GetTimestamp() => ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ticks += dueTime.Ticks;
        callback(state);
        return new Ended();
    }

    private sealed class Ended : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
