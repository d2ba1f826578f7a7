namespace Migrations.Dsl;

/// <summary>
/// One of Kong's migrations with a finish phase (Kong's <c>teardown</c>): it contracts what the up phase had expanded, and may run only
/// when no node of the previous gateway version is left. Between the two the ledger has it as pending.
/// </summary>
public abstract class TwoPhaseKongMigration : KongMigration
{
    /// <summary>The second phase. FluentMigrator's slot for it is <c>Down</c>; nothing here ever goes backwards.</summary>
    protected abstract void Finish();

    /// <inheritdoc />
    public sealed override void Down() => Finish();
}
