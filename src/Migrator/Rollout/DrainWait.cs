using System.Net;
using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Sessions;

namespace Migrator.Rollout;

/// <summary>
/// Waits until the gateways of the previous version are gone: until no session and no data plane of them was seen for a while.
/// </summary>
/// <remarks>
/// PostgreSQL does not know a session's gateway version. So every session of a gateway counts as one of the previous version, unless the
/// operator says which addresses those were before the rollout, or which name has the addresses of the new ones.
/// </remarks>
/// <param name="quiet">How long none of them may have been seen.</param>
/// <param name="limit">How long to wait.</param>
/// <param name="target">The version of the rollout: older data planes are waited for.</param>
/// <param name="oldAddresses">The addresses of the gateways before the rollout; null if they are not known.</param>
/// <param name="newNodes">The gateways of the new version; null if they are not known.</param>
/// <param name="time">The clock.</param>
internal sealed class DrainWait(
    TimeSpan quiet, TimeSpan limit, GatewayVersion target, IReadOnlySet<string>? oldAddresses, NewNodes? newNodes, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Waits.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="say">Receives whom it waits for, and for how long none may be seen; called at each read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MigratorException">Some of them are still there after the limit.</exception>
    public async Task WaitAsync(
        IDatabaseSession session, string? schema, Action<IReadOnlyList<string>, TimeSpan> say, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var lastSeen = began;
        while (true)
        {
            var nodes = await GatewayNodes.ReadAsync(session, schema, cancellationToken);
            var newAddresses = newNodes is null ? null : await newNodes.ResolveAsync(cancellationToken);
            var old = Old(nodes, newAddresses);
            lastSeen = old.Count > 0 ? time.GetTimestamp() : lastSeen;
            var left = quiet - time.GetElapsedTime(lastSeen);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            if (time.GetElapsedTime(began) >= limit)
            {
                throw TooLong(old, newAddresses);
            }

            say(old, left);
            var pause = new[] { left, Longest, limit - time.GetElapsedTime(began) }.Min();
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.FromMilliseconds(1), time, cancellationToken);
        }
    }

    /// <summary>Returns the gateways of the previous version that have been seen within the time, for messages.</summary>
    internal IReadOnlyList<string> Old(GatewayNodes nodes, IReadOnlySet<IPAddress>? newAddresses) =>
    [
        .. nodes.Sessions.Where(s => oldAddresses is null || s.IsHidden || oldAddresses.Contains(s.Address))
            .Where(s => newAddresses is null || !IPAddress.TryParse(s.Address, out var address) || !newAddresses.Contains(address))
            .Select(s => s.ToString()),
        .. nodes.DataPlanes.Where(d => d.Age <= quiet && d.IsOlderThan(target)).Select(d => d.ToString()),
    ];

    private MigratorException TooLong(IReadOnlyList<string> old, IReadOnlySet<IPAddress>? newAddresses) => new(
        $"Gateways of the previous version were still there after {limit.TotalSeconds:0.###} s: "
            + (old.Count == 0 ? $"the last one was seen less than {quiet.TotalSeconds:0.###} s ago" : Some(old)) + ".",
        newAddresses is not null
            ? $"Every session counts that comes from another address than those of {newNodes!.Name}: "
                + $"{Some([.. newAddresses.Select(a => a.ToString()).Order(StringComparer.Ordinal)])}."
            : oldAddresses is null ? "The server does not know the version of a session, so every session of a gateway counts." : null,
        "Let them end, then run the command again. " + (oldAddresses is null && newNodes is null
            ? "To wait for some addresses only: before the rollout run 'migrator nodes -c kong.conf --json > old.json', afterwards give "
                + "--old-nodes old.json; or give --new-nodes with the DNS name of the new gateways."
            : "To finish now, run finish without --when-drained and the options that belong to it."))
    {
        ExitCode = ExitCode.Pending,
    };

    /// <summary>Names the first few.</summary>
    public static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
}
