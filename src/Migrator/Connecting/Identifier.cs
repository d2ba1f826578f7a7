namespace Migrator.Connecting;

/// <summary>Names in SQL (PostgreSQL manual, 4.1.1).</summary>
internal static class Identifier
{
    /// <summary>A name as SQL takes it literally, whatever is in it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
