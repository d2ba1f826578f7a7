namespace TestSupport;

/// <summary>The long form of the tests, which <c>tests/stress.sh</c> runs: every case, and many rounds.</summary>
public static class LongForm
{
    /// <summary>Whether the long form was requested.</summary>
    public static bool IsAsked { get; } = Environment.GetEnvironmentVariable("MIGRATOR_STRESS") == "long";
}
