namespace Migrator.Tests.Configuration;

/// <summary>The recorded data files next to the tests.</summary>
internal static class TestData
{
    public static string Path(string name) =>
        System.IO.Path.Combine(TestContext.CurrentContext.TestDirectory, "Configuration", "data", name);
}
