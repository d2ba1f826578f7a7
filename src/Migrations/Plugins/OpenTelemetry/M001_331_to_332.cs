using Migrations.Dsl;

namespace Migrations.Plugins.OpenTelemetry;

/// <summary>A queue that sends its spans one by one gets the size of batches that it was meant to have.</summary>
[KongMigration("opentelemetry", 1, "001_331_to_332", "3.6.1")]
public sealed class M001_331_to_332 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }

    // Kong: a queue that is null or a number ends the finish phase with an error, every time.
    /// <inheritdoc />
    protected override void Finish()
    {
        ConfigsOf("opentelemetry").WarnUnlessObject();
        ConfigsOf("opentelemetry").Warn(
            where: "jsonb_typeof(config -> 'queue') <> 'object'",
            reason: "config.queue is not an object, and was left as it is",
            remedy: "Set config.queue through the Admin API.");
        ConfigsOf("opentelemetry").Rewrite(
            where: "config #> '{queue,max_batch_size}' = '1'",
            to: "jsonb_set(config, '{queue,max_batch_size}', '200')");
    }
}
