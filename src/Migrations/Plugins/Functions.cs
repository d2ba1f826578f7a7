using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>From 3.0 on pre-function and post-function name their functions by phase; what was <c>functions</c> is <c>access</c>.</summary>
internal static class Functions
{
    /// <summary>Up phase.</summary>
    public static void CopyToAccess(Rows rows, string plugin)
    {
        _ = rows;
        _ = plugin;
    }

    /// <summary>Finish phase.</summary>
    public static void Remove(Rows rows, string plugin)
    {
        _ = rows;
        _ = plugin;
    }
}
