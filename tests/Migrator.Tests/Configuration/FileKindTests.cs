using System.Diagnostics;
using System.Net.Sockets;
using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;

namespace Migrator.Tests.Configuration;

/// <summary>A file of another kind, or a huge one, soon gives an error that names file and setting.</summary>
public sealed class FileKindTests
{
    [Test]
    public void A_configuration_that_is_not_a_regular_file_is_refused()
    {
        using var conf = new Conf("");
        Assert.Multiple(() =>
        {
            AssertRefused(conf, "/dev/zero", "/dev/zero: it is larger than 64 MiB");
            AssertRefused(conf, Sparse(conf), "sparse: it is larger than 64 MiB");
            AssertRefused(conf, conf.Folder, "it is a directory");
            AssertRefused(conf, Bound(conf, out var socket), "socket: ");
            socket.Dispose();
        });
    }

    [Test]
    public void A_pipe_without_a_writer_is_refused_after_10_s()
    {
        using var conf = new Conf("");
        AssertRefused(conf, Pipe(conf), "pipe: it does not come to an end within 10 s");
    }

    [Test]
    public void A_configuration_can_come_from_a_pipe()
    {
        using var conf = new Conf("");
        var pipe = Pipe(conf);
        using var writer = Process.Start("/bin/sh", ["-c", $"echo 'pg_user = piped' > '{pipe}'"]);
        Assert.That(GatewayConfiguration.Load(conf.Request() with { File = pipe }).Postgres.User, Is.EqualTo("piped"));
    }

    [TestCase("pg_ssl_verify = on\nlua_ssl_trusted_certificate = FILE", "lua_ssl_trusted_certificate")]
    [TestCase("pg_ssl_cert = FILE\npg_ssl_cert_key = kong.conf", "pg_ssl_cert ")]
    [TestCase("pg_ssl_cert = kong.conf\npg_ssl_cert_key = FILE", "pg_ssl_cert_key ")]
    public void A_certificate_that_is_not_a_regular_file_is_refused(string text, string setting)
    {
        using var conf = new Conf("");
        Assert.Multiple(() =>
        {
            AssertNamed("/dev/zero", "which cannot be read: it is larger than 8 MiB");
            AssertNamed(Sparse(conf), "which cannot be read: it is larger than 8 MiB");
            AssertNamed(Bound(conf, out var socket), "which cannot be read: ");
            socket.Dispose();
            AssertNamed(conf.Folder, setting[0] == 'l' ? "which cannot be read: it is a directory" : "names no file");
        });

        void AssertNamed(string file, string reason)
        {
            File.WriteAllText(conf.Path, "pg_ssl = on\n" + text.Replace("FILE", file, StringComparison.Ordinal) + "\n");
            Assert.That(() => GatewayConfiguration.Load(conf.Request()), Throws.InstanceOf<ConfigurationException>()
                .With.Message.Contains(setting).And.Message.Contains(file).And.Message.Contains(reason));
        }
    }

    [Test]
    public void A_certificate_in_a_pipe_without_a_writer_is_refused_after_5_s()
    {
        using var conf = new Conf("");
        File.WriteAllText(conf.Path, $"pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate = {Pipe(conf)}\n");
        Assert.That(() => GatewayConfiguration.Load(conf.Request()), Throws.InstanceOf<ConfigurationException>()
            .With.Message.Contains("lua_ssl_trusted_certificate")
            .And.Message.Contains("pipe, which cannot be read: it does not come to an end within 5 s"));
    }

    private static void AssertRefused(Conf conf, string file, string reason) => Assert.That(
        () => GatewayConfiguration.Load(conf.Request() with { File = file }),
        Throws.InstanceOf<ConfigurationException>().With.Message.Contains(reason));

    private static string Sparse(Conf conf)
    {
        var path = Path.Combine(conf.Folder, "sparse");
        using var file = File.Create(path);
        file.SetLength(5L << 30);
        return path;
    }

    private static string Pipe(Conf conf)
    {
        var path = Path.Combine(conf.Folder, "pipe");
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        return path;
    }

    private static string Bound(Conf conf, out Socket socket)
    {
        var path = Path.Combine(conf.Folder, "socket");
        socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return path;
    }
}
