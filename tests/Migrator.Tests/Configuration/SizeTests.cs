using System.Text;
using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;

namespace Migrator.Tests.Configuration;

/// <summary>Reading ten megabytes of any content takes linear time.</summary>
[NonParallelizable]
public sealed class SizeTests
{
    private const int TenMegabytes = 10_000_000;

    // Processor time, not wall-clock time, because other processes run at the same time. An unoptimized build needs up to three seconds;
    // quadratic time would be far longer.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    private static IEnumerable<TestCaseData> Kinds =>
    [
        Kind("one value", () => "pg_password = " + new string('x', TenMegabytes)),
        Kind("one key", () => new string('x', TenMegabytes) + " = y\npg_user = a"),
        Kind("one number", () => "pg_password = " + new string('1', TenMegabytes)),
        Kind("one hexadecimal number", () => "pg_password = 0x" + new string('f', TenMegabytes)),
        Kind("blanks in a value", () => "pg_password = a" + new string(' ', TenMegabytes) + "b"),
        Kind("blanks in a key", () => "pg_user = a\nx" + new string(' ', TenMegabytes) + "b"),
        Kind("hashes", () => "pg_password = " + new string('#', TenMegabytes)),
        Kind("escaped hashes", () => "pg_password = " + Repeat("\\#")),
        Kind("backslashes", () => "pg_password = " + new string('\\', TenMegabytes) + "x"),
        Kind("brackets", () => "pg_user = a\n[" + Repeat("[]")),
        Kind("units", () => "pg_password = 1" + Repeat(" kB")),
        Kind("empty lines", () => "pg_user = a" + new string('\n', TenMegabytes)),
        Kind("carriage returns", () => "pg_user = a" + new string('\r', TenMegabytes)),
        Kind("comments", () => "pg_user = a\n" + Repeat("# pg_host = b\n")),
        Kind("continuation lines", () => "pg_password = a\\\n" + Repeat("b\\\n") + "c"),
        Kind("swallowed settings", () => "pg_password = a\\\n" + Repeat("pg_host = b\\\n") + "c"),
        Kind("one setting again and again", () => Repeat("pg_user = a\n")),
        Kind("unknown keys", () => "pg_user = a\n" + Numbered("unknown_key_number_{0} = value of that key, which is long\n")),
        Kind("nearly known keys", () => "pg_user = a\n" + Numbered("pg_passwor{0} = value of that key, which is long enough\n")),
        Kind("only unknown keys", () => Numbered("pg_unknown_key_number_{0} = value of that key, which is long\n")),
        Kind("lines without =", () => "pg_user = a\n" + Repeat("pg_host db\n")),
        Kind("settings in a section", () => "database = postgres\n[x]\n" + Repeat("lua_ssl_verify_depth = 1\n")),
        Kind("items", () => "plugins = " + Repeat("a,")),
        Kind("slashes in a reference", () => "pg_user = {vault://env/" + Repeat("a/") + "}"),
        Kind("zeros", () => "pg_user = a\n" + new string('\0', TenMegabytes)),
        Kind("junk", () => Encoding.Latin1.GetString(Junk())),
    ];

    [TestCaseSource(nameof(Kinds))]
    public void Reading_is_linear(Func<string> content)
    {
        using var conf = new Conf(Encoding.Latin1.GetBytes(content()));
        var before = Environment.CpuUsage.TotalTime;
        try
        {
            GatewayConfiguration.Inspect(conf.Request());
        }
        catch (ConfigurationException refusal)
        {
            Assert.That(refusal.Message, Has.Length.LessThan(50_000));
        }

        var spent = Environment.CpuUsage.TotalTime - before;
        TestContext.Out.WriteLine($"{spent.TotalMilliseconds:0} ms: {TestContext.CurrentContext.Test.Name}");
        Assert.That(spent, Is.LessThan(Budget));
    }

    [Test]
    public void An_endless_file_is_refused()
    {
        using var conf = new Conf("");
        Assert.That(() => GatewayConfiguration.Inspect(conf.Request() with { File = "/dev/zero" }),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("larger than"));
    }

    private static TestCaseData Kind(string name, Func<string> content) => new TestCaseData(content).SetName($"{{m}}({name})");

    private static string Repeat(string text) => new StringBuilder(TenMegabytes).Insert(0, text, TenMegabytes / text.Length).ToString();

    private static string Numbered(string format) =>
        string.Concat(Enumerable.Range(0, 200_000)
            .Select(n => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, n)));

    private static byte[] Junk()
    {
        var junk = new byte[TenMegabytes];
#pragma warning disable CA5394 // The same junk in every run.
        new Random(1).NextBytes(junk);
#pragma warning restore CA5394
        return junk;
    }
}
