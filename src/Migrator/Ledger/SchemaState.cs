using Migrations;

namespace Migrator.Ledger;

/// <summary>Where a database stands, worked out from the catalogue and the rows of the ledger alone.</summary>
/// <param name="HasLedger">Whether there is a table schema_meta; without one the database needs bootstrapping.</param>
/// <param name="Subsystems">Our subsystems, in order.</param>
/// <param name="Unknown">Rows of subsystems that the catalogue does not have: of Enterprise, or of plugins of one's own. Never
/// touched.</param>
/// <param name="HasEntities">Whether a gateway has been configured here, see <see cref="LedgerSnapshot"/>.</param>
internal sealed record SchemaState(
    bool HasLedger, IReadOnlyList<SubsystemState> Subsystems, IReadOnlyList<LedgerRow> Unknown, bool HasEntities = false)
{
    /// <summary>The first release whose databases are upgraded (see <see cref="Gaps"/>).</summary>
    private static readonly Version Oldest = new(2, 8, 0);

    /// <summary>Some migration waits for its finish phase.</summary>
    public bool HasPending => Any(MigrationState.Pending);

    /// <summary>Some migration has not begun.</summary>
    public bool HasNew => Any(MigrationState.New) || Any(MigrationState.Missing);

    /// <summary>Nothing is left to do.</summary>
    public bool IsComplete => HasLedger && !HasPending && !HasNew;

    /// <summary>
    /// A bootstrap that was cut short, as Kong leaves it when it is killed. Kong calls such a database bootstrapped. What tells it from an
    /// older database, which is for <c>up</c>: it has gaps, and either it never was complete for any release, or what is done is the
    /// beginning of a bootstrap, which goes through subsystem after subsystem with both phases at once, and no gateway has been configured
    /// on it.
    /// </summary>
    public bool IsHalfBootstrapped =>
        HasLedger && (!Any(MigrationState.Executed, MigrationState.Pending)
            || (Gaps().Any()
                && ((IsBeginningOfBootstrap() && !HasEntities) || !WasCompleteFor(HasPending ? new Version(1, 0, 0) : Oldest))));

    /// <summary>
    /// An <c>up</c> that was cut short, by us or by Kong: what is pending belongs to the same upgrade as what is new, and <c>up</c> goes
    /// on. What tells it from an upgrade that was not finished before the next gateway version came: that one left no gaps, and <c>up</c>
    /// goes through the subsystems in order, so what is pending comes before what is new.
    /// </summary>
    public bool IsHalfUpgraded =>
        HasPending && Gaps().Any()
            && All().SkipWhile(m => HasBegun(m.State)).All(m => m.State != MigrationState.Pending);

    /// <summary>Holds the catalogue against the ledger.</summary>
    /// <param name="catalogue">The subsystems that belong to the run.</param>
    /// <param name="rows">The rows of schema_meta; null where there is no such table.</param>
    /// <param name="hasEntities">Whether a gateway has been configured here.</param>
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

    /// <summary>Holds the catalogue against the ledger of a database.</summary>
    /// <exception cref="Errors.MigratorException">A row is not one that Kong or migrator writes.</exception>
    public static SchemaState From(IReadOnlyList<Subsystem> catalogue, LedgerSnapshot ledger) =>
        From(catalogue, ledger.Rows(), ledger.HasEntities);

    /// <summary>Migrations that have not begun, although one of the same or a later release has.</summary>
    private IEnumerable<MigrationEntry> Gaps()
    {
        var newest = Recorded().Max(m => m.Since);
        return NotBegun().Where(m => m.Since <= newest);
    }

    /// <summary>
    /// Whether the ledger holds all migrations of some release that is not older than the given one, as far as it has the subsystem at all:
    /// Kong leaves out those that <c>plugins</c> in its kong.conf does not name.
    /// </summary>
    private bool WasCompleteFor(Version oldest)
    {
        var begun = Subsystems.Where(s => s.Migrations.Any(m => HasBegun(m.State)));
        var missing = begun.SelectMany(s => s.Migrations).Where(m => !HasBegun(m.State)).ToList();
        return Recorded().Select(m => m.Since).Append(oldest).Distinct().Where(r => r >= oldest)
            .Any(r => missing.TrueForAll(m => m.Migration.Since > r));
    }

    private static bool HasBegun(MigrationState state) => state is MigrationState.Executed or MigrationState.Pending;

    /// <summary>Whether the migrations up to some point are executed, in the order of a bootstrap, and none after it has begun.</summary>
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
