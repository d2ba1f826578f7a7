using Migrations;

namespace Migrator.Ledger;

/// <summary>The state of a database, determined from the catalogue and the rows of the ledger alone.</summary>
/// <param name="HasLedger">Whether there is a table schema_meta; without it the database needs a bootstrap.</param>
/// <param name="Subsystems">The subsystems of the catalogue, in order.</param>
/// <param name="Unknown">Rows of subsystems that are not in the catalogue: of Kong Enterprise or custom plugins. They are never
/// changed.</param>
/// <param name="HasEntities">Whether a gateway has been configured in the database, see <see cref="LedgerSnapshot"/>.</param>
internal sealed record SchemaState(
    bool HasLedger, IReadOnlyList<SubsystemState> Subsystems, IReadOnlyList<LedgerRow> Unknown, bool HasEntities = false)
{
    /// <summary>Which other schemas have a ledger: see <see cref="LedgerSnapshot.Elsewhere"/>.</summary>
    public string Elsewhere { get; init; } = "";

    /// <summary>The oldest release whose databases can be upgraded (see <see cref="Gaps"/>).</summary>
    private static readonly Version Oldest = new(2, 8, 0);

    /// <summary>Whether any migration waits for its finish phase.</summary>
    public bool HasPending => Any(MigrationState.Pending);

    /// <summary>Whether any migration has not begun.</summary>
    public bool HasNew => Any(MigrationState.New) || Any(MigrationState.Missing);

    /// <summary>Whether all migrations are executed.</summary>
    public bool IsComplete => HasLedger && !HasPending && !HasNew;

    /// <summary>Whether the bootstrap is incomplete, as a Kong that is killed leaves it.</summary>
    /// <remarks>
    /// Kong: such a database counts as bootstrapped. It differs from an older database, which needs <c>up</c>, in that it has gaps and
    /// either was never complete for any release, or contains exactly the beginning of a bootstrap (subsystem after subsystem, both phases
    /// at once) and no gateway has been configured in it.
    /// </remarks>
    public bool IsBootstrapIncomplete =>
        HasLedger && (!Any(MigrationState.Executed, MigrationState.Pending)
            || (Gaps().Any()
                && ((IsBeginningOfBootstrap() && !HasEntities) || !WasCompleteFor(HasPending ? new Version(1, 0, 0) : Oldest))));

    /// <summary>Whether an <c>up</c> of migrator or Kong was interrupted, so that <c>up</c> can continue it.</summary>
    /// <remarks>
    /// The pending and the new migrations then belong to the same upgrade. It differs from a complete <c>up</c> that was not finished
    /// before the next gateway version: that one has no gaps. And <c>up</c> runs the subsystems in order, so the pending migrations come
    /// before the new ones.
    /// </remarks>
    public bool IsUpInterrupted =>
        HasPending && Gaps().Any()
            && All().SkipWhile(m => HasBegun(m.State)).All(m => m.State != MigrationState.Pending);

    /// <summary>Compares the catalogue with the rows of the ledger.</summary>
    /// <param name="catalogue">The subsystems that belong to the run.</param>
    /// <param name="rows">The rows of schema_meta; null if there is no such table.</param>
    /// <param name="hasEntities">Whether a gateway has been configured in the database.</param>
    public static SchemaState From(IReadOnlyList<Subsystem> catalogue, IReadOnlyList<LedgerRow>? rows, bool hasEntities = false)
    {
        var bySubsystem = (rows ?? []).ToDictionary(r => r.Subsystem, StringComparer.Ordinal);
        var known = catalogue.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return new SchemaState(
            rows is not null,
            [.. catalogue.Select(s => SubsystemState.From(s, bySubsystem.GetValueOrDefault(s.Name)))],
            [.. (rows ?? []).Where(r => !known.Contains(r.Subsystem))],
            hasEntities);
    }

    /// <summary>Compares the catalogue with the ledger of a database.</summary>
    /// <exception cref="Errors.MigratorException">A row has a form that neither Kong nor migrator writes.</exception>
    public static SchemaState From(IReadOnlyList<Subsystem> catalogue, LedgerSnapshot ledger) =>
        From(catalogue, ledger.Rows(), ledger.HasEntities) with { Elsewhere = ledger.Elsewhere };

    /// <summary>The migrations that have not begun, although another one of the same or a later release has.</summary>
    private IEnumerable<MigrationEntry> Gaps()
    {
        var newest = Recorded().Max(m => m.Since);
        return NotBegun().Where(m => m.Since <= newest);
    }

    /// <summary>Whether the ledger has all migrations of any release from <paramref name="oldest"/> on.</summary>
    private bool WasCompleteFor(Version oldest)
    {
        // Subsystems that have not begun are ignored: Kong omits plugins that its kong.conf does not name.
        var begun = Subsystems.Where(s => s.Migrations.Any(m => HasBegun(m.State)));
        var missing = begun.SelectMany(s => s.Migrations).Where(m => !HasBegun(m.State)).ToList();
        return Recorded().Select(m => m.Since).Append(oldest).Distinct().Where(r => r >= oldest)
            .Any(r => missing.TrueForAll(m => m.Migration.Since > r));
    }

    private static bool HasBegun(MigrationState state) => state is MigrationState.Executed or MigrationState.Pending;

    /// <summary>Whether the executed migrations are the first ones in the order of a bootstrap, and no later one has begun.</summary>
    private bool IsBeginningOfBootstrap()
    {
        var newest = Recorded().Max(m => m.Since);
        var rest = All().Where(m => m.Migration.Since <= newest)
            .SkipWhile(m => m.State == MigrationState.Executed).SkipWhile(m => m.State == MigrationState.Pending);
        return rest.All(m => m.State is MigrationState.New or MigrationState.Missing)
            && All().Count(m => m.State == MigrationState.Pending) <= 1;
    }

    private IEnumerable<MigrationEntry> Recorded() =>
        All().Where(m => m.State is MigrationState.Executed or MigrationState.Pending).Select(m => m.Migration);

    private IEnumerable<MigrationEntry> NotBegun() =>
        All().Where(m => m.State is MigrationState.New or MigrationState.Missing).Select(m => m.Migration);

    private bool Any(params ReadOnlySpan<MigrationState> states)
    {
        foreach (var (_, state) in All())
        {
            if (states.Contains(state))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<(MigrationEntry Migration, MigrationState State)> All() => Subsystems.SelectMany(s => s.Migrations);
}
