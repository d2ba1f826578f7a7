namespace TestSupport;

/// <summary>The long form of the tests, which <c>tests/stress.sh</c> asks for: every case, and many rounds.</summary>
public static class LongForm
{
    /// <summary>Whether it was asked for.</summary>
    public static bool IsAsked { get; } = Environment.GetEnvironmentVariable("MIGRATOR_STRESS") == "long";
}
