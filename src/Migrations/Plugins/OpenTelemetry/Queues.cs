using Migrations.Dsl;

namespace Migrations.Plugins.OpenTelemetry;

/// <summary>Rewrites of rows.</summary>
internal static class Queues
{
    public static void EnlargeBatches(Rows rows) => _ = rows;
}
