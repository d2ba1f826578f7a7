namespace Migrator.Commands.Hosting;

/// <summary>The limit of the memory for objects.</summary>
internal static class MemoryLimit
{
    /// <summary>Ten times what is ever needed: what answers may not be PostgreSQL, and say that gigabytes are to come.</summary>
    private const long Most = 512 << 20;

    /// <summary>Lowers the limit of the collector: it starts with half of what the container may have, or the machine.</summary>
    public static void Lower()
    {
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > Most)
        {
            AppContext.SetData("GCHeapHardLimit", (ulong)Most);
            GC.RefreshMemoryLimit();
        }
    }
}
