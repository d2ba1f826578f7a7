using Migrator.Rollout;

namespace Migrator.Tests.Rollout;

/// <summary>
/// Drains beside a gateway of the previous version that lives on. Its sessions come and go as those of real gateways (3.4.2 to 3.10) did:
/// an idle gateway asks the database every db_update_frequency and keeps the session, and a probe of /status closes the session that is
/// there, or opens one for some milliseconds.
/// </summary>
internal sealed class SimulatedDrainTests
{
    private const int Drains = 100;

    /// <summary>A gateway.</summary>
    /// <param name="Poll">db_update_frequency in seconds; 5.04 s was measured for 5.</param>
    /// <param name="Probe">The time between two probes; 0 for none.</param>
    /// <param name="ProbeSession">How long the session of a probe lasts at most.</param>
    /// <param name="KeepAlive">pg_keepalive_timeout in seconds.</param>
    /// <param name="OnReplica">Whether it asks the replica (pg_ro_host).</param>
    internal sealed record Gateway(double Poll, double Probe, double ProbeSession = 0.01, double KeepAlive = 60, bool OnReplica = false);

    private static readonly TestCaseData[] Gateways =
    [
        new TestCaseData(new Gateway(5.04, 0)).SetArgDisplayNames("not probed"),
        new TestCaseData(new Gateway(5.04, 5)).SetArgDisplayNames("one worker, the probes of the chart"),
        new TestCaseData(new Gateway(5.04, 1)).SetArgDisplayNames("one worker, probed every second"),
        new TestCaseData(new Gateway(5.04, 0.2)).SetArgDisplayNames("one worker, probed five times a second"),
        new TestCaseData(new Gateway(5, 1)).SetArgDisplayNames("polls and probes in step"),
        new TestCaseData(new Gateway(5.04, 0, KeepAlive: 1)).SetArgDisplayNames("a keepalive of a second"),
        new TestCaseData(new Gateway(5.04, 0, KeepAlive: 0.05)).SetArgDisplayNames("a keepalive of 50 ms"),
        new TestCaseData(new Gateway(5.04, 1, OnReplica: true)).SetArgDisplayNames("a replica, probed every second"),
        new TestCaseData(new Gateway(120.04, 1)).SetArgDisplayNames("db_update_frequency = 120"),
    ];

    [TestCaseSource(nameof(Gateways))]
    public Task A_living_gateway_is_never_missed(Gateway gateway) => RequireSeenAsync(gateway, outages: 0);

    [TestCaseSource(nameof(Gateways))]
    public Task A_living_gateway_is_never_missed_after_an_outage(Gateway gateway) => RequireSeenAsync(gateway, outages: 1);

    [TestCaseSource(nameof(Gateways))]
    public Task A_living_gateway_is_never_missed_between_short_outages(Gateway gateway) => RequireSeenAsync(gateway, outages: 6);

    private static async Task RequireSeenAsync(Gateway gateway, int outages)
    {
        var missed = 0;
        for (var drain = 0; drain < Drains; drain++)
        {
            var clock = new JumpingClock();
            var random = new Random(drain);
            var (pollPhase, probePhase) = (random.NextDouble() * gateway.Poll, random.NextDouble() * gateway.Probe);
            var quiet = TimeSpan.FromSeconds(Math.Max(11, GatewayPeriod.Of(gateway.Poll).TotalSeconds));
            var options = DrainTests.Options(quiet.TotalSeconds) with { Limit = quiet * 5 };
            var outage = new Outages(
                quiet.TotalSeconds * 3, outages, quiet.TotalSeconds / 4, quiet.TotalSeconds / (outages > 1 ? 4 : 1) * random.NextDouble());
            var wait = new DrainWait(
                options,
                _ =>
                {
                    // The way there and back takes some milliseconds.
                    clock.Pass(TimeSpan.FromMilliseconds(1 + (4 * random.NextDouble())));
                    var isSeen = false;
                    if (outage.Since(clock.Passed.TotalSeconds + 1000) < 0 && clock.Passed > TimeSpan.FromSeconds(1))
                    {
                        throw new Npgsql.NpgsqlException("gone", new IOException("reset"));
                    }

                    for (var sample = 0; sample < GatewayPeriod.LooksInMessage; sample++)
                    {
                        isSeen |= HasSession(gateway, clock.Passed.TotalSeconds + 1000, pollPhase, probePhase, outage);
                        clock.Pass(sample == 0 ? TimeSpan.Zero : GatewayPeriod.BetweenLooks);
                    }

                    return Task.FromResult(isSeen ? DrainTests.Seen(DrainTests.Session("10.0.0.1")) : DrainTests.Seen());
                },
                clock);
            try
            {
                await wait.WaitAsync(new DrainLog(), default);
                missed++;
            }
            catch (Errors.MigratorException)
            {
                // It gave up, as it should.
            }
        }

        Assert.That(missed, Is.Zero, $"of {Drains} drains");
    }

    /// <summary>Whether the gateway has a session at a time, in seconds.</summary>
    private static bool HasSession(Gateway gateway, double now, double pollPhase, double probePhase, Outages outages)
    {
        var sincePoll = (now - pollPhase) % gateway.Poll;
        if (sincePoll >= outages.Since(now))
        {
            // That poll failed, or its session was lost.
            sincePoll = double.MaxValue;
        }

        if (gateway.Probe == 0)
        {
            return sincePoll < gateway.KeepAlive;
        }

        // The session of the last poll is there until the next probe has used and closed it.
        var sinceProbe = (now - probePhase) % gateway.Probe;
        return (sincePoll < sinceProbe && sincePoll < gateway.KeepAlive) || sinceProbe < gateway.ProbeSession;
    }

    /// <summary>Outages of the server, which end each session. A gateway is back at its next poll.</summary>
    /// <param name="Period">After which time they come again, in seconds.</param>
    /// <param name="Count">How many there are in this time.</param>
    /// <param name="Every">The time from the beginning of one to that of the next.</param>
    /// <param name="Length">How long one lasts.</param>
    private sealed record Outages(double Period, int Count, double Every, double Length)
    {
        /// <summary>The time since the end of the last one; less than 0 during one.</summary>
        public double Since(double now) => Count == 0 ? double.MaxValue
            : (now % Period) - (Math.Min(Math.Floor(now % Period / Every), Count - 1) * Every) - Length;
    }
}
