using Migrations;

namespace Migrator.Ledger;

/// <summary>The gateway version of a database, found from the migrations that its ledger records.</summary>
/// <param name="Versions">
/// The versions whose migrations have all begun, while no later one has. Several if a release added no migration; empty if not even the
/// migrations of the oldest supported version have all begun.
/// </param>
/// <param name="Newer">The newest version of which some but not all migrations have begun; otherwise null.</param>
internal sealed record LedgerVersion(IReadOnlyList<GatewayVersion> Versions, GatewayVersion? Newer)
{
    /// <summary>Finds the version for a ledger.</summary>
    public static LedgerVersion Of(LedgerSnapshot ledger)
    {
        // Subsystems that have not begun are ignored: Kong omits plugins that its kong.conf does not name.
        var begun = SchemaState.From(Catalogue.For(GatewayVersion.Newest), ledger).Subsystems
            .Where(s => s.Migrations.Any(m => HasBegun(m.State))).SelectMany(s => s.Migrations).ToList();
        var complete = GatewayVersion.Known
            .Where(v => begun.Count > 0 && begun.TrueForAll(m => !v.Has(m.Migration.Since) || HasBegun(m.State))).ToList();
        var recorded = begun.Where(m => HasBegun(m.State)).Select(m => m.Migration.Since).ToList();
        var newest = GatewayVersion.Known.FirstOrDefault(v => recorded.TrueForAll(v.Has));
        if (complete.Count == 0)
        {
            return new LedgerVersion([], newest);
        }

        // The highest version, and those before it with the same migrations.
        var highest = complete[^1];
        var same = complete.Where(v => begun.TrueForAll(m => v.Has(m.Migration.Since) || !highest.Has(m.Migration.Since))).ToList();
        return new LedgerVersion(same, newest is not null && newest > highest ? newest : null);
    }

    /// <summary>The version as text, e.g. <c>3.6</c>, <c>3.7 or 3.8</c>, <c>3.4, and partly at 3.9</c>.</summary>
    /// <param name="target">If there are several versions and this is one of them, only this one is named.</param>
    public string Describe(GatewayVersion target)
    {
        var at = Versions.Contains(target) ? target.Name
            : Versions.Count == 0 ? "no complete version"
            : string.Join(" or ", Versions.Select(v => v.Name));
        return Newer is null ? at : $"{at}, and partly at {Newer.Name}";
    }

    private static bool HasBegun(MigrationState state) => state is MigrationState.Executed or MigrationState.Pending;
}
