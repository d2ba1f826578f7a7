using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TestSupport;

namespace Release.Tests;

/// <summary>Every package is installed, run and removed. For the machine's architecture, x86-64; arm64 runs in an emulator.</summary>
[Category("Packages")]
internal sealed class PackageTests
{
    private string folder = "";

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory("migrator-packages-").FullName;

    [TearDown]
    public void CleanUp() => Directory.Delete(folder, recursive: true);

    [Test]
    public void SHA256SUMS_has_every_file()
    {
        var sums = File.ReadAllLines(Path.Combine(ReleaseFolder.Path, "SHA256SUMS")).Select(line => line.Split("  "))
            .ToDictionary(parts => parts[1], parts => parts[0], StringComparer.Ordinal);
        var files = Directory.GetFiles(ReleaseFolder.Path).Select(f => Path.GetFileName(f)!)
            .Where(name => !name.StartsWith("SHA256SUMS", StringComparison.Ordinal))
            .ToDictionary(name => name, Sum, StringComparer.Ordinal);
        Assert.That(sums, Is.EquivalentTo(files).And.Count.GreaterThanOrEqualTo(12));
    }

    [Test]
    public void The_tarball()
    {
        Tool.Succeeds("tar", ["-xzf", ReleaseFolder.File("migrator-*-linux-x64.tar.gz"), "-C", folder]);
        var content = Path.Combine(folder, $"migrator-{ReleaseFolder.Version}-linux-x64");
        AssertRuns(Path.Combine(content, "migrator"));
        AssertBootstraps(Path.Combine(content, "migrator"), []);
        Assert.That(Directory.EnumerateFiles(content, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(content, f)),
            Is.SupersetOf(new[] { "man/migrator-up.1", "completions/migrator.bash", "LICENSE", "NOTICES" }).And.None.EndsWith(".pdb"));
        Assert.That(File.ReadAllText(Path.Combine(content, "NOTICES")),
            Does.Contain("Npgsql").And.Contain("FluentMigrator").And.Contain("AWSSDK.Core").And.Contain("LuaJIT")
                .And.Contain("PCRE2").And.Not.Contain("Analyzer"));
        Assert.That(File.ReadAllText(Path.Combine(content, "man/migrator-up.1")),
            Does.Contain($"migrator {ReleaseFolder.Version}").And.Not.Contain("@"));
    }

    [Test]
    public void The_tarball_for_arm64()
    {
        Tool.Succeeds("tar", ["-xzf", ReleaseFolder.File("migrator-*-linux-arm64.tar.gz"), "-C", folder]);
        var binary = Path.Combine(folder, $"migrator-{ReleaseFolder.Version}-linux-arm64", "migrator");
        string[] emulated = ["-L", "/usr/aarch64-linux-gnu", binary];
        Assert.That(Tool.Succeeds("qemu-aarch64-static", [.. emulated, "--version"]),
            Does.StartWith($"migrator {ReleaseFolder.Version}\n").And.Contain("linux-arm64"));
        AssertBootstraps("qemu-aarch64-static", emulated);
    }

    [Test]
    public void The_Debian_package()
    {
        Tool.Succeeds("dpkg", ["--install", ReleaseFolder.File("migrator_*_amd64.deb")]);
        try
        {
            AssertRuns("/usr/bin/migrator");
            Assert.That(File.Exists("/usr/share/man/man1/migrator-up.1.gz"));
            Assert.That(Tool.Succeeds("dpkg", ["--status", "migrator"]), Does.Contain("Status: install ok installed"));
        }
        finally
        {
            Tool.Succeeds("dpkg", ["--purge", "migrator"]);
        }

        Assert.That(File.Exists("/usr/bin/migrator"), Is.False);
    }

    /// <summary>On Debian, below another root: rpm's own database is that of the folder.</summary>
    [Test]
    public void The_rpm_package()
    {
        string[] root = ["--root", folder, "--nodeps", "--ignorearch"];
        Tool.Succeeds("rpm", [.. root, "--install", ReleaseFolder.File("migrator-*.x86_64.rpm")]);
        AssertRuns(Path.Combine(folder, "usr/bin/migrator"));
        Tool.Succeeds("rpm", ["--root", folder, "--nodeps", "--erase", "migrator"]);
        Assert.That(Path.Combine(folder, "usr/bin/migrator"), Does.Not.Exist);
    }

    [TestCase("migrator_*_arm64.deb", "dpkg-deb", "--field", "Architecture: arm64")]
    [TestCase("migrator-*.aarch64.rpm", "rpm", "-qip", "Architecture: aarch64")]
    public void A_package_for_arm64(string pattern, string program, string option, string words) =>
        Assert.That(Tool.Succeeds(program, [option, ReleaseFolder.File(pattern)]), Does.Contain(words).And.Contain(ReleaseFolder.Version));

    [Test]
    public void The_dotnet_tool()
    {
        (string, string)[] variables = [("NUGET_PACKAGES", Path.Combine(folder, "packages"))];
        Tool.Succeeds("dotnet",
            ["tool", "install", "migrator", "--version", ReleaseFolder.Version, "--source", ReleaseFolder.Path, "--tool-path",
                Path.Combine(folder, "tool")],
            variables);
        AssertRuns(Path.Combine(folder, "tool/migrator"));
        Tool.Succeeds("dotnet", ["tool", "uninstall", "migrator", "--tool-path", Path.Combine(folder, "tool")], variables);
        Assert.That(Path.Combine(folder, "tool/migrator"), Does.Not.Exist);
    }

    [Test]
    public void The_SBOM_has_what_ships()
    {
        var sbom = JsonNode.Parse(File.ReadAllText(ReleaseFolder.File("migrator-*.cdx.json")))!;
        Assert.That(sbom["bomFormat"]!.ToString(), Is.EqualTo("CycloneDX"));
        Assert.That(sbom["metadata"]!["component"]!["version"]!.ToString(), Is.EqualTo(ReleaseFolder.Version));
        Assert.That(sbom["components"]!.AsArray().Select(c => c!["name"]!.ToString()),
            Is.SupersetOf(new[]
                {
                    "Npgsql", "FluentMigrator", "AWSSDK.Core", "System.CommandLine", "Microsoft.NETCore.App", "LuaJIT", "PCRE2",
                })
                .And.None.Contains("Analyzer").And.None.Contains("MinVer"));
    }

    [Test]
    public void The_release_notes() => Assert.That(
        File.ReadAllText(Path.Combine(ReleaseFolder.Path, "RELEASE_NOTES.md")), Does.Contain("### Added").And.Not.Contain("\n## "));

    private static string Sum(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(ReleaseFolder.Path, name))));

    private static void AssertRuns(string binary) =>
        Assert.That(Tool.Succeeds(binary, ["--version"]), Does.StartWith($"migrator {ReleaseFolder.Version}\n"));

    private static void AssertBootstraps(string program, string[] arguments)
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        (string, string)[] variables =
        [
            ("KONG_PG_HOST", "127.0.0.1"), ("KONG_PG_PORT", database.Server.Port.ToString(CultureInfo.InvariantCulture)),
            ("KONG_PG_DATABASE", database.Name),
        ];
        Tool.Succeeds(program, [.. arguments, "bootstrap", "-c", "/dev/null"], variables);
        Tool.Succeeds(program, [.. arguments, "list", "-c", "/dev/null"], variables);
    }
}
