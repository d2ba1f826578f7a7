using Migrations.Dsl;

namespace Migrations.Plugins.AiProxy;

/// <summary>Rewrites of rows.</summary>
internal static class Statistics
{
    public static void SwitchOff(Rows rows) => _ = rows;
}
