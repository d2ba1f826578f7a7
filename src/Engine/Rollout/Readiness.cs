using Migrator.Ledger;

namespace Migrator.Rollout;

/// <summary>What a gateway needs of the ledger before it can start, or before an upgrade is complete.</summary>
internal enum Readiness
{
    /// <summary>The tables exist: the bootstrap is complete.</summary>
    Bootstrap,

    /// <summary>And no migration is new: a gateway of the target version starts.</summary>
    Up,

    /// <summary>And no migration is pending: the upgrade is complete.</summary>
    Finish,
}

/// <summary>Tells whether a state is ready.</summary>
internal static class ReadinessOfState
{
    /// <summary>Whether a state of the database has what is needed.</summary>
    public static bool IsReady(this SchemaState state, Readiness needed) =>
        state is { HasLedger: true, IsBootstrapIncomplete: false }
        && (needed == Readiness.Bootstrap || !state.HasNew)
        && (needed != Readiness.Finish || !state.HasPending);
}
