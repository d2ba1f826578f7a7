using Migrations.Dsl;

namespace Migrations.Plugins.Acme;

/// <summary>Rewrites of rows.</summary>
internal static class StorageConfig
{
    public static void AddSharedNames(Rows rows) => _ = rows;

    public static void RemoveOldNames(Rows rows) => _ = rows;
}
