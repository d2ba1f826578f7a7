namespace Migrator.Rollout;

/// <summary>
/// Waits until the gateways of the previous version are gone: until no session and no data plane of them was seen for a while.
/// </summary>
/// <remarks>
/// PostgreSQL does not know a session's gateway version. So every session of a gateway counts as one of the previous version, unless the
/// operator says which addresses those were before the rollout, or which name has the addresses of the new ones.
/// </remarks>
/// <param name="options">What to wait for, and how long.</param>
/// <param name="look">Looks once.</param>
/// <param name="time">The clock.</param>
internal sealed class DrainWait(DrainOptions options, Func<CancellationToken, Task<Sighting>> look, TimeProvider time)
{
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    // A gateway that starts again meanwhile would hardly be missed: each transaction of a run is preceded by a look.
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(15);

    // A look takes a quarter of a second. What is longer is time in which nobody looked.
    private static readonly TimeSpan MaxLook = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> dataPlanesSeen = new(StringComparer.Ordinal);
    private readonly HashSet<string> sinceMessage = new(StringComparer.Ordinal);
    private IReadOnlyList<string> lastOld = [];
    private long? lastOldAt;
    private long? lastLook;
    private long quietSince;
    private bool failed;
    private bool ended;

    /// <summary>Waits. Once it has ended, another call only looks once, unless the last look was long ago or sees one of them.</summary>
    /// <param name="observer">Hears of the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it waited.</returns>
    /// <exception cref="MigratorException">Some of them are still there after the limit, or could not be looked for.</exception>
    public async Task<bool> WaitAsync(IDrainObserver observer, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        long? said = null;
        while (true)
        {
            MigratorException? failure = null;
            Sighting? sighting = null;
            try
            {
                sighting = await look(cancellationToken);
            }
            catch (Exception e) when (AsTransient(e) is { } transient && lastLook is not null)
            {
                (failure, failed) = (transient, true);
            }

            var left = sighting is null ? options.Quiet : Note(sighting);
            if (left <= TimeSpan.Zero)
            {
                ended = true;
                if (said is not null)
                {
                    observer.Drained(QuietFor(sighting!.Nodes));
                }

                return said is not null;
            }

            var remaining = options.Limit - time.GetElapsedTime(began);
            if (remaining <= TimeSpan.Zero)
            {
                throw failure ?? TooLong(sighting!);
            }

            if (failure is not null)
            {
                observer.CannotLook(failure, remaining);
            }
            else if (said is not { } at || time.GetElapsedTime(at) >= BetweenMessages)
            {
                observer.Waiting([.. sinceMessage.Order(StringComparer.Ordinal)], left);
                sinceMessage.Clear();
                said = time.GetTimestamp();
            }

            var pause = failure is null ? GatewayPeriod.NextPause() : AfterFailure;
            await Task.Delay(pause < remaining ? pause : remaining, time, cancellationToken);
        }
    }

    /// <summary>Returns the gateways of the previous version in what a look has seen, for messages.</summary>
    internal IReadOnlyList<string> Old(Sighting sighting) =>
    [
        .. sighting.Nodes.Sessions.Where(s => options.OldAddresses is null || s.IsHidden || options.OldAddresses.Contains(s.Address))
            .Where(s => sighting.NewAddresses is null || !sighting.NewAddresses.Contains(s.Address))
            .Select(s => s.ToString()),
        .. sighting.Nodes.DataPlanes.Rows.Where(d => d.IsOlderThan(options.Target) && WasSeen(d, QuietFor(sighting.Nodes)))
            .Select(d => d.ToString()),
    ];

    /// <summary>How long none may be seen: longer if there are data planes.</summary>
    private TimeSpan QuietFor(GatewayNodes nodes) =>
        nodes.DataPlanes.Total > 0 && options.Quiet < GatewayPeriod.WithDataPlanes ? GatewayPeriod.WithDataPlanes : options.Quiet;

    /// <summary>Notes what a look has seen, and returns for how long none may be seen from now on.</summary>
    private TimeSpan Note(Sighting sighting)
    {
        if (sighting.Nodes.DataPlanes.Diagnostic.Length > 0)
        {
            throw new MigratorException(
                $"The data planes cannot be looked for in the table clustering_data_planes: {sighting.Nodes.DataPlanes.Diagnostic}.",
                "Another program uses that name in the same schema, or somebody has changed the table.",
                "Correct the table, or run finish without --when-drained once every data plane runs the new version.");
        }

        if (sighting.Nodes is { Pooler: { } pooler, WithoutPooler: { } remedy })
        {
            throw new MigratorException(
                "It cannot be known whether gateways of the previous version are left.",
                $"{pooler} The session that looks may be one that a gateway has used, under another name.",
                remedy)
            { ExitCode = ExitCode.Pending };
        }

        var (old, now, quiet) = (Old(sighting), time.GetTimestamp(), QuietFor(sighting.Nodes));
        options.RequireLimitOf(quiet, "control planes record a data plane every 30 s only");

        // What happened while nobody looked is not known. An outage of the server ends each session: a gateway is back at its next poll.
        if (lastLook is not { } last || failed || sighting.HasReconnected || time.GetElapsedTime(last, now) > MaxGap)
        {
            (quietSince, ended) = (now, false);
        }
        else if (!ended && time.GetElapsedTime(last, now) > MaxLook)
        {
            quietSince += now - last;
        }

        (lastLook, failed) = (now, false);
        if (old.Count > 0)
        {
            (quietSince, lastOld, lastOldAt, ended) = (now, old, now, false);
            sinceMessage.UnionWith(old);
        }

        foreach (var plane in sighting.Nodes.DataPlanes.Rows)
        {
            dataPlanesSeen[plane.Id] = plane.LastSeen;
        }

        return quiet - time.GetElapsedTime(quietSince, now);
    }

    // A control plane whose clock is wrong records wrong times. That it records one again shows that the data plane is there.
    private bool WasSeen(DataPlane plane, TimeSpan quiet) =>
        plane.WasSeenWithin(quiet) || (dataPlanesSeen.TryGetValue(plane.Id, out var before) && before != plane.LastSeen);

    private static MigratorException? AsTransient(Exception exception) => exception switch
    {
        MigratorException { IsTransient: true } e => e,
        NpgsqlException e when SessionErrors.IsTransient(e) => SessionDiagnosis.Explain(e),
        _ => null,
    };

    private MigratorException TooLong(Sighting sighting)
    {
        var hidden = sighting.Nodes.Hidden > 0;
        return new(
            $"Gateways of the previous version were still there after {Seconds(options.Limit)}: "
                + (lastOldAt is { } seen ? $"{Some(lastOld)}, seen {Seconds(time.GetElapsedTime(seen))} ago"
                    : "the database could not be asked all the time, and none was seen") + ".",
            sighting.NewAddresses is { } known
                ? $"Every session counts that comes from another address than those of {options.NewNodes}: "
                    + $"{Some([.. known.Order(StringComparer.Ordinal)])}."
                : options.OldAddresses is null
                    ? "The server does not know the version of a session, so every session of a gateway counts."
                : hidden ? "A session whose address this user may not see counts."
                : null,
            "Let them end, then run the command again. " + (options.OldAddresses is null && options.NewNodes is null
                ? "To wait for some addresses only: before the rollout run 'migrator nodes -c kong.conf --json > old.json', afterwards "
                    + "give --old-nodes old.json; or give --new-nodes with the DNS name of the new gateways."
                : hidden ? "So that their addresses can be seen, as an administrator: "
                    + $"GRANT pg_read_all_stats TO {Sql.Identifier(options.User)};"
                : "To finish now, run finish without --when-drained and the options that belong to it."))
        {
            ExitCode = ExitCode.Pending,
        };
    }

    /// <summary>Names the first few.</summary>
    public static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.#} s");
}

/// <summary>What to wait for, and how long.</summary>
/// <param name="Quiet">How long none of the gateways may have been seen.</param>
/// <param name="Limit">How long to wait.</param>
/// <param name="Target">The version of the rollout: older data planes are waited for.</param>
/// <param name="OldAddresses">The addresses of the gateways before the rollout; null if they are not known.</param>
/// <param name="NewNodes">The name of the new gateways; null if it is not known.</param>
/// <param name="User">The user who looks, for messages.</param>
internal sealed record DrainOptions(
    TimeSpan Quiet, TimeSpan Limit, GatewayVersion Target, IReadOnlySet<string>? OldAddresses, string? NewNodes, string User)
{
    /// <summary>Requires that the limit is not shorter than the time in which none may be seen.</summary>
    /// <param name="quiet">That time.</param>
    /// <param name="reason">Why it is longer than what was asked for.</param>
    /// <exception cref="MigratorException">The wait cannot succeed.</exception>
    public void RequireLimitOf(TimeSpan quiet, string reason)
    {
        if (Limit < quiet)
        {
            throw new MigratorException(
                $"--drain-timeout {Limit.TotalSeconds:0.###} s is shorter than the {quiet.TotalSeconds:0.###} s in which no gateway may be "
                    + "seen: that wait cannot succeed.",
                quiet > Quiet ? $"--when-drained cannot be shorter here: {reason}." : null,
                "Give a longer --drain-timeout; the default is 1h.")
            {
                // What was asked for is possible in itself; it does not show that no gateway is left.
                ExitCode = quiet > Quiet ? ExitCode.Pending : ExitCode.Usage,
            };
        }
    }
}

/// <summary>Hears of the wait for a drain.</summary>
internal interface IDrainObserver
{
    /// <summary>It still waits.</summary>
    /// <param name="nodes">The gateways of the previous version that were seen since the last call; empty if there was none.</param>
    /// <param name="left">For how long none may be seen from now on.</param>
    void Waiting(IReadOnlyList<string> nodes, TimeSpan left);

    /// <summary>A look failed; it is repeated.</summary>
    void CannotLook(MigratorException reason, TimeSpan left);

    /// <summary>The wait has ended: none was seen for this long.</summary>
    void Drained(TimeSpan quiet);
}
