namespace Migrations.Plugins.OpenTelemetry;

/// <summary>A queue that sends spans one by one gets the size of batches that it was meant to have.</summary>
[KongMigration(1, "001_331_to_332", "3.6.1")]
public sealed class M001_331_to_332 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish() => Queues.EnlargeBatches(Rows);
}
