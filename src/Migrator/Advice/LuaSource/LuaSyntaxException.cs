namespace Migrator.Advice.LuaSource;

/// <summary>Ends a parse. Without a message, the source is not understood here, which says nothing about it.</summary>
internal sealed class LuaSyntaxException(string? problem) : Exception(problem)
{
    /// <summary>What the compiler says; null if that is not known.</summary>
    public string? Problem { get; } = problem;
}
