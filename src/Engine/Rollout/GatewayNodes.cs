namespace Migrator.Rollout;

/// <summary>The gateways that were seen in a database, and the data planes that its control planes have recorded.</summary>
/// <param name="Sessions">The sessions of gateways, by server, address, user and application name; the oldest first.</param>
/// <param name="DataPlanes">The data planes.</param>
internal sealed record GatewayNodes(IReadOnlyList<GatewaySessions> Sessions, DataPlanes DataPlanes)
{
    /// <summary>Nothing was seen.</summary>
    public static readonly GatewayNodes None = new([], DataPlanes.None);

    /// <summary>How many sessions have an address that the user may not see.</summary>
    public long Hidden => Sessions.Where(s => s.IsHidden).Sum(s => s.Count);

    /// <summary>The pooler in between that lends the server's sessions, so that gateways may be hidden, in a sentence; or null.</summary>
    public string? Pooler { get; init; }

    /// <summary>What to do about them; null if there is none.</summary>
    public string? WithoutPooler { get; init; }

    /// <summary>Adds what another look has seen. Of the data planes, the later look counts.</summary>
    public GatewayNodes With(GatewayNodes later) =>
        later with { Sessions = GatewaySessions.Group(Sessions.Concat(later.Sessions), Enumerable.Max) };
}
