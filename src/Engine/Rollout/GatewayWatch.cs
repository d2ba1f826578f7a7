namespace Migrator.Rollout;

/// <summary>Looks which gateways are connected, at each server that they may be connected to.</summary>
/// <param name="servers">The servers; the first one has the data planes.</param>
/// <param name="schema">pg_schema; null for the server's current schema.</param>
/// <param name="newNodes">The gateways of the new version; null if they are not known.</param>
/// <param name="time">The clock.</param>
internal sealed class GatewayWatch(IReadOnlyList<WatchedServer> servers, string? schema, NewNodes? newNodes, TimeProvider time)
{
    private readonly Pooler[] poolers = [.. servers.Select(server => new Pooler(server.Session))];
    private DataPlanes dataPlanes = DataPlanes.None;
    private IReadOnlySet<string>? newAddresses;
    private int connections;
    private long? read;

    /// <summary>Looks for a quarter of a second. A connection that was lost is opened again.</summary>
    /// <inheritdoc cref="LookAsync(int, CancellationToken)" path="/exception"/>
    public Task<Sighting> LookAsync(CancellationToken cancellationToken) => LookAsync(GatewayPeriod.LooksInMessage, cancellationToken);

    /// <summary>Looks a number of times.</summary>
    /// <exception cref="Npgsql.NpgsqlException">A server did not answer.</exception>
    /// <exception cref="Errors.MigratorException">A connection could not be opened, or the new gateways' name not be resolved.</exception>
    public async Task<Sighting> LookAsync(int looks, CancellationToken cancellationToken)
    {
        var before = connections;
        var seen = await Task.WhenAll(servers.Select(async (server, at) =>
        {
            if (!server.Session.IsOpen)
            {
                await server.Session.ReconnectAsync(TimeSpan.Zero, cancellationToken);
            }

            var sighting = await GatewaySessions.ReadAsync(server.Session, server.Name, looks, cancellationToken);
            await poolers[at].NoteAsync(sighting.Backend, cancellationToken);
            return sighting;
        }));

        // The run may have opened the connection again meanwhile.
        connections = servers.Sum(server => server.Session.Reconnections);
        if (read is not { } last || time.GetElapsedTime(last) >= GatewayPeriod.OfDataPlanes)
        {
            dataPlanes = await DataPlanes.ReadAsync(servers[0].Session, schema, cancellationToken);
            newAddresses = newNodes is null ? null : await newNodes.ResolveAsync(cancellationToken);
            read = time.GetTimestamp();
        }

        var nodes = new GatewayNodes([.. seen.SelectMany(s => s.Sessions)], dataPlanes);
        return new(
            Array.FindIndex(poolers, p => p.Shares) is >= 0 and var pooled ? Behind(pooled, seen[pooled]) : nodes, newAddresses,
            connections != before);

        GatewayNodes Behind(int at, ServerSighting server)
        {
            var (host, port) = at == 0 ? ("pg_host", "pg_port") : ("pg_ro_host", "pg_ro_port");
            return nodes with
            {
                Pooler = $"A pooler at {servers[at].Name} lends the server's sessions to its clients in turn: gateways behind it may be "
                    + "hidden.",
                WithoutPooler = $"Ask the server itself, for this command only: {host} and {port}, or the variables "
                    + (server.Port == 0 ? $"KONG_{host.ToUpperInvariant()} and KONG_{port.ToUpperInvariant()}."
                        : $"KONG_{host.ToUpperInvariant()}={server.Host} KONG_{port.ToUpperInvariant()}={server.Port}; "
                            + "that is the server's own address."),
            };
        }
    }
}

/// <summary>A server that gateways may be connected to.</summary>
/// <param name="Name">Its address.</param>
/// <param name="Session">The connection.</param>
internal sealed record WatchedServer(string Name, IDatabaseSession Session);

/// <summary>What a look has seen.</summary>
/// <param name="Nodes">The gateways.</param>
/// <param name="NewAddresses">The addresses of the new ones; null if they are not known.</param>
/// <param name="HasReconnected">Whether a connection had been lost, and with it perhaps those of the gateways.</param>
internal sealed record Sighting(GatewayNodes Nodes, IReadOnlySet<string>? NewAddresses, bool HasReconnected = false);
