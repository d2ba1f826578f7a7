namespace Migrations.Dsl;

/// <summary>One of Kong's migrations with a finish phase (Kong's <c>teardown</c>).</summary>
/// <remarks>
/// The finish phase contracts what the up phase expanded. It may run only when no node of the previous gateway version is left. Between the
/// two phases the ledger lists the migration as pending.
/// </remarks>
public abstract class TwoPhaseKongMigration : KongMigration
{
    /// <summary>The finish phase. FluentMigrator runs it as <c>Down</c>, but it is not a rollback.</summary>
    protected abstract void Finish();

    /// <inheritdoc />
    public sealed override void Down() => Finish();
}
