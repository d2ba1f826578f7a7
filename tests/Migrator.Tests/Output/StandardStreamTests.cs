using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Output;

/// <summary>The built program with standard streams that are full, closed, or not read.</summary>
internal sealed class StandardStreamTests : CommandTest
{
    [TestCase("--version >/dev/full")]
    [TestCase("--help >/dev/full")]
    [TestCase("list --help >/dev/full")]
    [TestCase("completion bash >/dev/full")]
    [TestCase("--version >&-")]
    [TestCase("completion zsh >&-")]
    [TestCase("--version >&- <&-")]
    public void Output_that_cannot_be_written_is_an_error(string line)
    {
        var result = Shell(line);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.StartWith("error: The answer could not be written to stdout: ").And.Contain("\n  do:  "));
        });
    }

    [TestCase("list", "")]
    [TestCase("status", "")]
    [TestCase("check --json", "")]
    [TestCase("config", "")]
    [TestCase("config --json", "")]
    [TestCase("migrate", "only the answer is lost")]
    public void Output_of_a_command_that_cannot_be_written_is_an_error_after_its_changes(string command, string said)
    {
        using var conf = KongConf.For(Database);
        var result = Shell($"{command} -c {conf.Path} >/dev/full");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("error: The answer could not be written to stdout: No space left on device.\n"));
            Assert.That(result.Errors, Does.Contain(said));
            Assert.That(Tables(), said.Length > 0 ? Has.Member("services") : Is.Empty);
        });
    }

    [Test]
    public void A_list_with_rows_that_cannot_be_written_is_an_error()
    {
        StartOld();
        using var conf = KongConf.For(Database);
        var result = Shell($"list -c {conf.Path} >/dev/full");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Errors, Does.StartWith("error: The answer could not be written to stdout: No space left on device.\n"));
    }

    [Test]
    public void With_log_format_json_the_error_is_JSON()
    {
        using var conf = KongConf.For(Database);
        var result = Shell($"list --log-format json -c {conf.Path} >&-");
        Assert.That(JsonNode.Parse(result.Errors)!["message"]!.ToString(), Does.StartWith("The answer could not be written to stdout"));
    }

    [TestCase("2>/dev/full", 0)]
    [TestCase("2>&-", 0)]
    [TestCase("<&-", 0)]
    [TestCase("<&- 2>&-", 0)]
    [TestCase(">&- 2>&- <&-", 1)]
    public void Closed_or_full_streams_do_not_stop_a_migration(string redirection, int exitCode)
    {
        using var conf = KongConf.For(Database);
        var result = Shell($"migrate -v -c {conf.Path} {redirection}");
        Assert.That((result.ExitCode, Tables().Contains("services", StringComparer.Ordinal)), Is.EqualTo((exitCode, true)), result.Errors);
    }

    [Test]
    public void A_closed_pipe_on_stdout_is_not_an_error()
    {
        using var conf = KongConf.For(Database);
        var result = Shell($"list -c {conf.Path} | head -c 0; echo ${{PIPESTATUS[0]}}");
        Assert.That((result.Output, result.Errors), Is.EqualTo(("3\n", "")));
    }

    [Test]
    public void Reset_without_a_stdin_does_not_prompt()
    {
        Migrator("bootstrap");
        using var conf = KongConf.For(Database);
        var result = Shell($"reset -c {conf.Path} <&-");
        Assert.That((result.ExitCode, Tables().Contains("services", StringComparer.Ordinal)), Is.EqualTo((2, true)));
        Assert.That(result.Errors, Does.Contain("--yes"));
    }

    [TestCase("list -c - < {0}", 3)]
    [TestCase("list -c - <<< \"$(cat {0})\"", 3)]
    [TestCase("list -c - <&-", 2)]
    public void A_configuration_is_read_from_stdin(string line, int exitCode)
    {
        using var conf = KongConf.For(Database);
        var result = Shell(string.Format(CultureInfo.InvariantCulture, line, conf.Path));
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Errors);
        Assert.That(result.Errors, exitCode == 2 ? Does.Contain("from standard input: it is closed") : Does.Not.Contain("error"));
    }

    [Test]
    public void A_configuration_is_read_from_a_socket()
    {
        using var conf = KongConf.For(Database);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.Client.SendAsync(await File.ReadAllBytesAsync(conf.Path));
        });
        var result = Shell($"list -c - </dev/tcp/127.0.0.1/{((IPEndPoint)listener.LocalEndpoint).Port}");
        Assert.That(served.Wait(TimeSpan.FromMinutes(1)), Is.True);
        Assert.That(result.ExitCode, Is.EqualTo(3), result.Errors);
    }

    [TestCase("[suggest:-1]", "migrator u")]
    [TestCase("[suggest:x]", "migrator u")]
    [TestCase("[suggest:99999999999]", "migrator u")]
    [TestCase("[suggest:5]", "migrator up -c /etc/hosts ")]
    public void A_completion_at_an_impossible_position_is_no_error(string directive, string line)
    {
        var result = Shell($"'{directive}' '{line}'");
        Assert.That((result.ExitCode, result.Errors), Is.EqualTo((0, "")));
    }

    [TestCase("-d 20000")]
    [TestCase("-d 50000")]
    [TestCase("-d 60000")]
    [TestCase("-v 30000")]
    [TestCase("-v 400000")]
    public void A_limit_of_memory_that_is_too_low_is_an_error(string limit)
    {
        Assume.That(MigratorProcess.IsGiven, "The plain build needs more memory to start.");
        using var conf = KongConf.For(Database);
        var result = Shell($"list -c {conf.Path}", $"ulimit {limit}; exec ");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Errors);
        Assert.That(result.Errors, Does.StartWith("error: The limits of this process are too low.\n").And.Contain("ulimit -a"));
    }

    [TestCase("list -c {0}", 3)]
    [TestCase("--version", 0)]
    public void A_gigabyte_of_addresses_is_enough(string line, int exitCode)
    {
        Assume.That(MigratorProcess.IsGiven, "The plain build reserves more.");
        using var conf = KongConf.For(Database);
        var result = Shell(string.Format(CultureInfo.InvariantCulture, line, conf.Path), "ulimit -v 1000000; exec ");
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Errors);
    }

    [TestCase(5)]
    [TestCase(7)]
    [TestCase(9)]
    public void A_limit_on_open_files_that_is_too_low_is_no_fault_of_the_network(int limit)
    {
        Assume.That(MigratorProcess.IsGiven, "The plain build opens files to start.");
        using var conf = KongConf.For(Database);
        var result = Shell($"list -c {conf.Path}", $"ulimit -n {limit}; exec ");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Errors);
        Assert.That(result.Errors, Does.StartWith("error: This process may not open more files").And.Contain("ulimit -n 1024"));
    }

    [TestCase("mount -t tmpfs none /dev", "list -c {0}")]
    [TestCase("mount -t tmpfs none /dev", "config -c {0}")]
    [TestCase("mount -t tmpfs none /dev", "token -c {0}")]
    [TestCase("mount --bind /dev/null /dev/urandom", "--version")]
    [TestCase("mount --bind /dev/null /dev/urandom", "list -c {0}")]
    public void Without_random_numbers_every_command_ends_with_an_error(string cause, string line)
    {
        Assume.That(MigratorProcess.IsGiven, "The plain build needs them to start.");
        using var allowed = Process.Start("unshare", ["-m", "true"]);
        allowed.WaitForExit();
        Assume.That(allowed.ExitCode, Is.Zero, "Mounting is for root.");
        using var conf = KongConf.For(Database);
        var result = Shell(
            string.Format(CultureInfo.InvariantCulture, line, conf.Path), $"unshare -m sh -c '{cause} && exec \"$0\" \"$@\"' ");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Errors);
        Assert.That(result.Errors, Does.StartWith("error: There are no random numbers: /dev/urandom cannot be read.\n  why: ")
            .And.Contain("  do:  ").And.Not.Contain("   at "));
    }

    [Test]
    public void What_fails_before_a_command_runs_is_an_error_with_an_exit_code()
    {
        // The working directory is gone.
        var result = Shell("--version", "cd $(mktemp -d) && rmdir $PWD && exec ");
        Assert.That(result.ExitCode, Is.AnyOf(0, 1), result.Errors);
        Assert.That(result.Errors, Does.Not.Contain("Unhandled exception"));
    }

    [Test]
    public void A_limit_of_the_size_of_files_is_an_error_of_writing()
    {
        using var conf = KongConf.For(Database);
        var output = Path.GetTempFileName();
        var result = Shell($"config --all -c {conf.Path} >{output}", "ulimit -f 1; export DOTNET_EnableWriteXorExecute=0; exec ");
        Assert.That(result.ExitCode, Is.EqualTo(1), result.Errors);
        Assert.That(result.Errors, Does.StartWith("error: The answer could not be written to stdout: File too large.\n"));
        File.Delete(output);
    }

    private static ProcessResult Shell(string line, string before = "")
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"{before}\"$MIGRATOR\" {line}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MIGRATOR"] = MigratorProcess.Binary;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(1)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"migrator {line} does not end.");
        }

        return new ProcessResult(process.ExitCode, output.Result, errors.Result);
    }
}
