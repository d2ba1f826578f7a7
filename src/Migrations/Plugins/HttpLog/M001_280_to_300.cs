namespace Migrations.Plugins.HttpLog;

/// <summary>A header has one value instead of a list.</summary>
[KongMigration(1, "001_280_to_300", "3.0.0")]
public sealed class M001_280_to_300 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish() => Headers.Join(Rows);
}
