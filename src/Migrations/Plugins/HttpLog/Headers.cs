using Migrations.Dsl;

namespace Migrations.Plugins.HttpLog;

/// <summary>Rewrites of rows.</summary>
internal static class Headers
{
    public static void Join(Rows rows) => _ = rows;
}
