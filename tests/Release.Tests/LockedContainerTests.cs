using TestSupport;
using TestSupport.Aws;

namespace Release.Tests;

/// <summary>The image runs with as few rights as a pod can have.</summary>
[Category("Image")]
internal sealed class LockedContainerTests
{
    private static readonly IReadOnlyDictionary<string, string> Variables =
        Container.Variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);

    [Test]
    public void Its_process_has_no_capabilities_no_new_privileges_and_a_system_call_filter()
    {
        var id = Container.Start(
            ["--env", "KONG_PG_HOST=127.0.0.1", "--env", $"KONG_PG_PORT={LoopbackPort.Free()}"],
            "list", "-c", "/dev/null", "--wait", "120");
        var process = Container.Podman("inspect", "--format", "{{.State.Pid}}", id).Output.Trim();
        var status = File.ReadAllLines($"/proc/{process}/status").Select(line => line.Split(':', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.Ordinal);
        Container.Podman("rm", "--force", "--time", "0", id);
        Assert.Multiple(() =>
        {
            foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
            {
                Assert.That(status[set], Is.EqualTo("0000000000000000"), set);
            }

            Assert.That(status["NoNewPrivs"], Is.EqualTo("1"));
            Assert.That(status["Seccomp"], Is.EqualTo("2"));
            Assert.That(status["Uid"].Split('\t'), Is.All.EqualTo("65532"));
            Assert.That(status["Gid"].Split('\t'), Is.All.EqualTo("65532"));
        });
    }

    [Test]
    public void An_upgrade_over_verified_TLS()
    {
        using var authority = new TestCertificates();
        using var server = PostgresServer.Start(["ssl = on"], prepare: data => authority.WriteServer(data));
        using var database = server.CreateDatabase();
        var root = Path.GetTempFileName();
        try
        {
            File.WriteAllText(root, authority.RootPem);
            using var conf = KongConf.For(database, ("pg_ssl", "on"), ("pg_ssl_verify", "on"), ("lua_ssl_trusted_certificate", root));
            Assert.Multiple(() =>
            {
                AssertRun(conf, 0, "bootstrap --gateway-version 2.8");
                AssertRun(conf, 5, "list");
                AssertRun(conf, 0, "up");
                AssertRun(conf, 4, "list");
                AssertRun(conf, 0, "finish");
                AssertRun(conf, 0, "list");
                AssertRun(conf, 0, "verify");
                AssertRun(conf, 0, "check");
            });
        }
        finally
        {
            File.Delete(root);
        }
    }

    [Test]
    public void A_server_of_an_unknown_authority_is_refused()
    {
        using var authority = new TestCertificates();
        using var server = PostgresServer.Start(["ssl = on"], prepare: data => authority.WriteServer(data));
        using var database = server.CreateDatabase();
        using var conf = KongConf.For(database, ("pg_ssl", "on"), ("pg_ssl_verify", "on"), ("lua_ssl_trusted_certificate", "system"));
        Assert.That(AssertRun(conf, 9, "list").Errors, Does.Contain("is not trusted"));
    }

    [Test]
    public void A_login_with_a_token()
    {
        using var bed = new AwsBed();
        Assert.Multiple(() =>
        {
            foreach (var command in new[] { "bootstrap", "up", "finish", "list", "check" })
            {
                var result = bed.Run(command, [.. bed.UserKeys, .. Container.Variables]);
                Assert.That(result.ExitCode, Is.Zero, $"{command}: {result.Errors}");
            }

            Assert.That(bed.Front.Logins.Select(login => login.Refusal), Has.Exactly(5).Null.And.All.Null);
        });
    }

    [Test]
    public void The_version() => Assert.That(MigratorProcess.Run("--version", Variables).Output, Does.StartWith("migrator "));

    private static ProcessResult AssertRun(KongConf conf, int exitCode, string command)
    {
        var result = MigratorProcess.Run($"{command} -c {conf.Path}", Variables);
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), $"{command}: {result.Output}{result.Errors}");
        return result;
    }
}
