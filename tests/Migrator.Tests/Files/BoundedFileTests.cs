using System.Diagnostics;
using System.Text;
using Migrator.Errors;
using Migrator.Files;

namespace Migrator.Tests.Files;

/// <summary>Reading a file ends in limited time, whatever kind of file it is.</summary>
internal sealed class BoundedFileTests
{
    private static readonly ReadLimits ShortTime = new(1000, TimeSpan.FromMilliseconds(200));
    private static readonly ReadLimits LongTime = new(1000, TimeSpan.FromMinutes(1));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("migrator-files-");

    [TearDown]
    public void Remove() => folder.Delete(recursive: true);

    [Test]
    public void A_file_is_read_unchanged() => Assert.That(Read(Write("plain", "a\nb\n"), LongTime), Is.EqualTo("a\nb\n"));

    [Test]
    public void A_byte_order_mark_is_not_part_of_the_text()
    {
        var path = Path.Combine(folder.FullName, "mark");
        File.WriteAllText(path, "text", Encoding.UTF8);
        Assert.That(Read(path, LongTime), Is.EqualTo("text"));
    }

    [Test]
    public void A_file_of_exactly_the_limit_is_read() =>
        Assert.That(Read(Write("full", new string('a', 1000)), LongTime), Has.Length.EqualTo(1000));

    [Test]
    public void A_file_above_the_limit_is_refused() =>
        AssertRefused(Write("large", new string('a', 1001)), LongTime, "it is larger than 1000 bytes");

    [Test]
    public void A_symbolic_link_is_followed()
    {
        var link = Path.Combine(folder.FullName, "link");
        File.CreateSymbolicLink(link, Write("target", "content"));
        Assert.That(Read(link, LongTime), Is.EqualTo("content"));
    }

    [Test]
    public void Dev_null_is_empty() => Assert.That(Read("/dev/null", LongTime), Is.Empty);

    [Test]
    public void An_endless_device_is_refused_at_the_size_limit() => AssertRefused("/dev/zero", LongTime, "it is larger than 1000 bytes");

    [Test]
    public void A_pipe_without_a_writer_is_refused_at_the_time_limit() =>
        AssertRefused(Pipe("silent"), ShortTime, "it does not come to an end within 0.2 s");

    [Test]
    public void A_pipe_that_is_written_to_and_closed_is_read()
    {
        var pipe = Pipe("written");
        using var writer = Process.Start("/bin/sh", ["-c", $"echo content > {pipe}"]);
        Assert.That(Read(pipe, LongTime), Is.EqualTo("content\n"));
        writer.WaitForExit();
    }

    [Test]
    public void A_pipe_that_is_never_closed_is_refused_at_the_time_limit()
    {
        var pipe = Pipe("open");
        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
        writer.WriteByte(1);
        AssertRefused(pipe, ShortTime, "it does not come to an end");
    }

    [Test]
    public void A_missing_file_a_directory_and_an_invalid_path_have_different_reasons() => Assert.Multiple(() =>
    {
        AssertRefused("/nowhere/file", LongTime, "it does not exist");
        AssertRefused(folder.FullName, LongTime, "it is a directory");
        AssertRefused("/tmp/a\0b", LongTime, "this is not a path");
    });

    [Test]
    public void Waiting_can_be_cancelled()
    {
        using var source = new CancellationTokenSource(100);
        Assert.That(() => BoundedFile.ReadText(Pipe("cancelled"), LongTime, Refuse, source.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(65536, "64 KiB")]
    [TestCase(1 << 20, "1 MiB")]
    [TestCase(1001, "1001 bytes")]
    public void A_size_is_shown_in_the_largest_whole_unit(int bytes, string size) =>
        Assert.That(BoundedFile.Size(bytes), Is.EqualTo(size));

    private static void AssertRefused(string path, ReadLimits limits, string reason) =>
        Assert.That(() => Read(path, limits), Throws.TypeOf<MigratorException>().With.Message.StartsWith("refused: " + reason));

    private static string Read(string path, ReadLimits limits) => BoundedFile.ReadText(path, limits, Refuse, CancellationToken.None);

    private static MigratorException Refuse(string reason) => new("refused: " + reason, cause: null, "do something");

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Pipe(string name)
    {
        var path = Path.Combine(folder.FullName, name);
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        return path;
    }
}
