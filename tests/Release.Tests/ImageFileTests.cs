using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Release.Tests;

/// <summary>What is in the image, for each architecture.</summary>
[Category("Image")]
internal sealed class ImageFileTests
{
    private const int MaxBytes = 30 * 1000 * 1000;

    private static readonly ImageArchive Archive = new(ReleaseFolder.File("migrator-*.oci.tar"));

    private static IEnumerable<TestCaseData> Images() =>
        Archive.Images().Select(i => new TestCaseData(i.Architecture, i.Config, i.Files).SetArgDisplayNames(i.Architecture));

    [TestCaseSource(nameof(Images))]
    public void It_has_the_files_of_the_list_and_no_others(string architecture, JsonNode config, IReadOnlyList<ImageFile> files)
    {
        var triplet = architecture == "amd64" ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
        var expected = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "image-files.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(' ') is [var path, var only] ? (Path: path, Only: only) : (Path: line, Only: architecture))
            .Where(line => line.Only == architecture)
            .Select(line => line.Path.Replace("TRIPLET", triplet, StringComparison.Ordinal));
        Assert.That(config["architecture"]!.ToString(), Is.EqualTo(architecture));
        Assert.That(files.Select(f => f.Path), Is.EquivalentTo(expected));
    }

    [TestCaseSource(nameof(Images))]
    public void Unpacked_it_has_at_most_30_MB(string architecture, JsonNode config, IReadOnlyList<ImageFile> files)
    {
        Assert.That(config["os"]!.ToString(), Is.EqualTo("linux"), architecture);
        Assert.That(files.Sum(f => (long)f.Content.Length), Is.InRange(MaxBytes / 3, MaxBytes), architecture);
    }

    [TestCaseSource(nameof(Images))]
    public void No_file_can_be_changed_by_its_user(string architecture, JsonNode config, IReadOnlyList<ImageFile> files)
    {
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup;
        Assert.That(config["config"]!["User"]!.ToString(), Is.EqualTo("65532:65532"), architecture);
        var open = files.Where(f => f.Owner != (0, 0) || (f.Target is null && (f.Mode & Others) != UnixFileMode.None));
        Assert.That(open.Select(f => f.Path), Is.Empty);
    }

    [TestCaseSource(nameof(Images))]
    public void Its_labels_say_what_it_is(string architecture, JsonNode config, IReadOnlyList<ImageFile> files)
    {
        string Label(string name) => config["config"]!["Labels"]!["org.opencontainers.image." + name]!.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(files, Is.Not.Empty, architecture);
            Assert.That(Label("version"), Is.EqualTo(ReleaseFolder.Version));
            Assert.That(Label("revision"), Does.Match("^([0-9a-f]{40}|unknown)$"));
            Assert.That(Label("source"), Does.Match("^(https://.*|unknown)$"));
            Assert.That(DateTimeOffset.Parse(Label("created"), CultureInfo.InvariantCulture),
                Is.EqualTo(DateTimeOffset.Parse(config["created"]!.ToString(), CultureInfo.InvariantCulture)));
            Assert.That(config["config"]!["Entrypoint"]!.ToJsonString(), Is.EqualTo("""["/usr/local/bin/migrator"]"""));
        });
    }

    /// <summary>Of the package, not of the machine: /etc/ssl/certs of a company's machine has the company's own roots.</summary>
    [TestCaseSource(nameof(Images))]
    public void Its_CA_roots_are_those_of_Debians_package(string architecture, JsonNode config, IReadOnlyList<ImageFile> files)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(Encoding.ASCII.GetString(files.Single(f => f.Path == "/etc/ssl/certs/ca-certificates.crt").Content));
        var control = Encoding.UTF8.GetString(files.Single(f => f.Path == "/var/lib/dpkg/status.d/ca-certificates").Content);
        Assert.Multiple(() =>
        {
            Assert.That(config["rootfs"]!["diff_ids"]!.AsArray(), Has.Count.EqualTo(2), architecture);
            Assert.That(roots, Has.Count.InRange(100, 250));
            Assert.That(roots.Select(r => r.Subject).Where(s => s.Contains("Amazon Root CA 1", StringComparison.Ordinal)), Is.Not.Empty);
            Assert.That(control, Does.Contain("Package: ca-certificates").And.Contain("Version: "));
        });
    }
}
