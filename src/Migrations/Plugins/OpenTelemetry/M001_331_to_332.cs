namespace Migrations.Plugins.OpenTelemetry;

/// <summary>Sets the intended batch size of queues that send their spans one by one.</summary>
[KongMigration("opentelemetry", 1, "001_331_to_332", "3.6.1")]
public sealed class M001_331_to_332 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        // Kong: a queue that is null or a number makes the finish phase fail every time.
        ConfigsOf("opentelemetry").WarnUnlessObject();
        ConfigsOf("opentelemetry").Warn(
            where: "jsonb_typeof(config -> 'queue') <> 'object'",
            reason: "config.queue is not an object, and was left as it is",
            remedy: "Set config.queue through the Admin API.",
            was: ConfigsOf("opentelemetry").Was("queue"));
        ConfigsOf("opentelemetry").Rewrite(
            where: "config #> '{queue,max_batch_size}' = '1'",
            to: "jsonb_set(config, '{queue,max_batch_size}', '200')");
    }
}
