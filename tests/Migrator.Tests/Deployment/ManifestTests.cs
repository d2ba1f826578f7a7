using System.Diagnostics;
using System.Runtime.CompilerServices;
using k8s;
using k8s.Models;
using Migrator.Commands;
using Migrator.Commands.Options;
using YamlDotNet.Core;

namespace Migrator.Tests.Deployment;

/// <summary>The manifests in docker/kubernetes, the objects that docker/helm/values.yaml adds to Kong's chart, the systemd unit.</summary>
internal sealed class ManifestTests
{
    // Made from what is connected, not from a file.
    private const string OldNodes = "kong-old-nodes";
    private const string Analyze = "/usr/bin/systemd-analyze";

    private static readonly string Folder = Path.Combine(SourceFolder(), "../../../docker");

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path.Combine(Folder, "kubernetes"), "*.yaml").Select(f => Path.GetFileName(f)!)
            .Where(name => name != "kustomization.yaml");

    [TestCaseSource(nameof(Files))]
    public void A_file_has_only_fields_that_Kubernetes_knows(string name) => Assert.That(Load(name), Is.Not.Empty.And.All.Not.Null);

    [TestCase("terminationMessagePolicy", "terminationMessagePolcy")]
    [TestCase("onExitCodes", "onExitCode")]
    [TestCase("backoffLimit: 4", "backoffLimit: four")]
    public void A_mistake_in_a_file_is_noticed(string correct, string wrong)
    {
        var text = File.ReadAllText(Path.Combine(Folder, "kubernetes/job-up.yaml"));
        Assert.That(text, Does.Contain(correct));
        text = text.Replace(correct, wrong, StringComparison.Ordinal);
        Assert.Throws<YamlException>(() => KubernetesYaml.LoadAllFromString(text, strict: true));
    }

    [TestCaseSource(nameof(Files))]
    public void A_file_has_only_values_that_kubectl_takes(string name) =>
        Assert.That(KubernetesValues.Mistakes(File.ReadAllText(Path.Combine(Folder, "kubernetes", name))), Is.Empty);

    [Test]
    public void The_rendered_chart_has_only_values_that_kubectl_takes() =>
        Assert.That(KubernetesValues.Mistakes(File.ReadAllText(Path.Combine(Folder, "helm/rendered-3.4.1.txt"))), Is.Empty);

    [TestCase("value: /kong_prefix", "value: 5432")]
    [TestCase("value: /kong_prefix", "value: true")]
    [TestCase("value: /kong_prefix", "value: on")]
    [TestCase("value: /kong_prefix", "value: 3.10")]
    [TestCase("value: /kong_prefix", "value: 0x10")]
    [TestCase("args: [migrate", "args: [1")]
    [TestCase("\"120\"", "120")]
    [TestCase("runAsNonRoot: true", "runAsNonRoot: \"true\"")]
    [TestCase("replicas: 2", "replicas: \"2\"")]
    [TestCase("name: kong}", "name: 1}")]
    public void A_value_of_another_type_is_noticed(string correct, string wrong)
    {
        var text = File.ReadAllText(Path.Combine(Folder, "kubernetes/init-container.yaml"));
        Assert.That(text, Does.Contain(correct));
        Assert.That(KubernetesValues.Mistakes(text.Replace(correct, wrong, StringComparison.Ordinal)), Is.Not.Empty);
    }

    [TestCaseSource(nameof(Files))]
    public void A_file_is_complete_in_itself(string name)
    {
        var objects = Load(name);
        var secrets = objects.OfType<V1Secret>().Select(s => s.Metadata.Name);
        var configurations = objects.OfType<V1ConfigMap>().Select(c => c.Metadata.Name);
        var pods = Pods(objects).ToList();
        var mounted = pods.SelectMany(p => p.Volumes).Select(v => v.ConfigMap?.Name).OfType<string>().Where(n => n != OldNodes);
        var referred = Containers(pods).SelectMany(c => c.Env).Select(e => e.ValueFrom?.SecretKeyRef?.Name)
            .Concat(pods.SelectMany(p => p.Volumes).Select(v => v.Secret?.SecretName)).OfType<string>();
        Assert.Multiple(() =>
        {
            Assert.That(mounted.Distinct(StringComparer.Ordinal), Is.SubsetOf(configurations));
            Assert.That(referred.Distinct(StringComparer.Ordinal), Is.SubsetOf(secrets));
        });
    }

    [Test]
    public void Every_run_is_a_command_that_migrator_takes_and_has_the_least_rights()
    {
        var containers = Files().SelectMany(name => Containers(Pods(Load(name)))).Concat(Rendered()).Where(IsMigrator).ToList();
        Assert.That(containers, Has.Count.EqualTo(8));
        Assert.Multiple(() => containers.ForEach(AssertIsSafe));
    }

    [Test]
    public void A_Job_retries_only_what_may_succeed_later()
    {
        var jobs = Files().SelectMany(Load).OfType<V1Job>().Concat(RenderedObjects().OfType<V1Job>()).ToList();
        Assert.That(jobs, Has.Count.EqualTo(4));
        foreach (var rule in jobs.Select(j => j.Spec.PodFailurePolicy.Rules[0]))
        {
            Assert.That(rule.Action, Is.EqualTo("FailJob").Or.EqualTo("FailIndex"));
            Assert.That(rule.OnExitCodes.Values, Is.EqualTo(new[]
            {
                Errors.ExitCode.Failure, Errors.ExitCode.Usage, Errors.ExitCode.NeedsBootstrap, Errors.ExitCode.Pending,
                Errors.ExitCode.Drift, Errors.ExitCode.Refused,
            }));
        }
    }

    [TestCaseSource(nameof(Files))]
    public void A_file_that_is_named_in_the_arguments_or_in_a_variable_is_mounted(string name)
    {
        foreach (var pod in Pods(Load(name)))
        {
            foreach (var container in Containers([pod]))
            {
                var files = (container.Args ?? []).Where(a => a.StartsWith('/'))
                    .Concat(container.Env.Where(e => e.Name.EndsWith("_FILE", StringComparison.Ordinal)).Select(e => e.Value));
                foreach (var file in files)
                {
                    var mount = container.VolumeMounts.SingleOrDefault(m => m.MountPath == Path.GetDirectoryName(file));
                    Assert.That(pod.Volumes.Select(v => v.Name), Does.Contain(mount?.Name!), file);
                }
            }
        }
    }

    [Test]
    public void The_Job_that_waits_for_the_old_gateways_says_whom_it_waited_for_before_Kubernetes_ends_it()
    {
        var job = Load("job-finish.yaml").OfType<V1Job>().Single();
        var arguments = job.Spec.Template.Spec.Containers.Single().Args;
        var waits = new[] { "--wait", "--lock-timeout", "--drain-timeout" }.Select(option => arguments[arguments.IndexOf(option) + 1]);
        Assert.That(waits.Sum(text => Duration.ParseSeconds(text)), Is.LessThan(job.Spec.ActiveDeadlineSeconds!.Value));
        Assert.That(arguments[arguments.IndexOf("--old-nodes") + 1], Is.EqualTo("/etc/kong-old/old.json"));

        // What docs/kubernetes.md makes it from.
        var page = File.ReadAllText(Path.Combine(Folder, "../docs/kubernetes.md"));
        Assert.That(page, Does.Contain($"kubectl create configmap {OldNodes} --from-file=old.json"));
        Assert.That(Load("job-up.yaml").OfType<V1Job>().Single().Spec.Template.Spec.InitContainers.Single().Args, Does.Contain("nodes")
            .And.Contain("--json"));
    }

    [Test]
    public void Pods_that_only_wait_have_no_settings_in_common_with_the_Jobs()
    {
        var (waiting, migrating) = (Load("wait-container.yaml"), Load("job-up.yaml"));
        string[] Names(IEnumerable<object> objects) =>
            [.. objects.OfType<V1Secret>().Select(s => s.Metadata.Name), .. objects.OfType<V1ConfigMap>().Select(c => c.Metadata.Name)];
        Assert.That(Names(waiting).Intersect(Names(migrating), StringComparer.Ordinal), Is.Empty, "their roles differ");
        Assert.That(Containers(Pods(waiting)).Single(IsMigrator).Args[0], Is.EqualTo("wait"));
    }

    [Test]
    public void The_unit_runs_a_command_that_migrator_takes_and_systemd_knows_what_is_in_it()
    {
        var unit = File.ReadAllText(Path.Combine(Folder, "systemd/kong-migrate.service"));
        var command = unit.Split('\n').Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal)).Split(' ')[1..];
        Assert.That(MigratorCommand.Create().Parse(command).Errors, Is.Empty);
        Assert.That(Verify(unit), Is.Empty);
        if (File.Exists(Analyze))
        {
            Assert.That(Verify(unit.Replace("ProtectSystem", "ProtectSistem", StringComparison.Ordinal)), Does.Contain("ProtectSistem"));
        }
    }

    [Test]
    public void The_charts_own_Jobs_are_off()
    {
        var rendered = RenderedObjects();
        Assert.That(rendered.OfType<V1Job>().Select(j => j.Metadata.Name), Is.EqualTo(new[] { "kong-migrations-finish" }));
        Assert.That(rendered.OfType<V1Deployment>().Single().Spec.Template.Spec.InitContainers.Select(c => c.Name),
            Is.EqualTo(new[] { "clear-stale-pid", "migrate" }));
    }

    [Test]
    public void The_rendered_chart_has_the_values_as_they_are_now()
    {
        var values = string.Join(' ', File.ReadAllText(Path.Combine(Folder, "helm/values.yaml")).Split(' ', '\n').Where(w => w.Length > 0));
        foreach (var container in Rendered().Where(IsMigrator))
        {
            var arguments = container.Args.Select(a => a.All(char.IsAsciiDigit) ? $"\"{a}\"" : a);
            Assert.That(values, Does.Contain($"args: [{string.Join(", ", arguments)}]"));
            Assert.That(values, Does.Contain($"image: {container.Image} "));
        }
    }

    [Test]
    public void The_charts_Job_waits_until_every_gateway_is_a_pod_of_the_version_it_migrates_to()
    {
        var rendered = RenderedObjects();
        var job = rendered.OfType<V1Job>().Single();
        var container = job.Spec.Template.Spec.Containers.Single();
        var name = container.Args[container.Args.IndexOf("--new-nodes") + 1];
        var service = rendered.OfType<V1Service>().Single(s => s.Metadata.Name == name);
        var pods = rendered.OfType<V1Deployment>().Single().Spec.Template;
        Assert.Multiple(() =>
        {
            Assert.That(service.Spec.ClusterIP, Is.EqualTo("None"));
            Assert.That(service.Spec.Selector, Is.SubsetOf(pods.Metadata.Labels));
            Assert.That(pods.Spec.Containers.Single().Image, Does.EndWith(":" + service.Spec.Selector["app.kubernetes.io/version"]));
        });

        foreach (var run in Rendered().Where(IsMigrator))
        {
            var version = run.Env.Single(e => e.Name == "MIGRATOR_GATEWAY_VERSION").ValueFrom.ConfigMapKeyRef;
            var map = rendered.OfType<V1ConfigMap>().Single(m => m.Metadata.Name == version.Name);
            Assert.That(map.Data[version.Key], Is.EqualTo(service.Spec.Selector["app.kubernetes.io/version"]));
        }
    }

    private static void AssertIsSafe(V1Container container)
    {
        Assert.That(MigratorCommand.Create().Parse([.. container.Args]).Errors, Is.Empty, string.Join(' ', container.Args));
        Assert.That(container.TerminationMessagePolicy, Is.EqualTo("FallbackToLogsOnError"));
        Assert.That(container.Resources.Limits["memory"].ToString(), Is.EqualTo("64Mi"));
        var context = container.SecurityContext;
        Assert.That(
            (context.RunAsNonRoot, context.RunAsUser, context.ReadOnlyRootFilesystem, context.AllowPrivilegeEscalation,
                string.Join(',', context.Capabilities.Drop), context.SeccompProfile.Type),
            Is.EqualTo(((bool?)true, (long?)65532, (bool?)true, (bool?)false, "ALL", "RuntimeDefault")));
    }

    /// <summary>What systemd says about a unit; nothing where it is not installed.</summary>
    private static string Verify(string unit)
    {
        if (!File.Exists(Analyze))
        {
            return "";
        }

        var folder = Directory.CreateTempSubdirectory("migrator-unit-");
        var file = Path.Combine(folder.FullName, "kong-migrate.service");
        File.WriteAllText(file, unit.Replace("/usr/bin/migrator", TestSupport.MigratorProcess.Binary, StringComparison.Ordinal));
        var start = new ProcessStartInfo(Analyze, ["verify", file]) { UseShellExecute = false, RedirectStandardError = true };
        using var analyze = Process.Start(start)!;
        var said = analyze.StandardError.ReadToEnd();
        analyze.WaitForExit();
        folder.Delete(recursive: true);

        // It reads the units of the machine too.
        return string.Join('\n', said.Split('\n').Where(line => line.Contains("kong-migrate", StringComparison.Ordinal)));
    }

    private static bool IsMigrator(V1Container container) => container.Image.StartsWith("migrator:", StringComparison.Ordinal);

    private static List<object> Load(string name) =>
        KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Folder, "kubernetes", name)), strict: true);

    private static List<object> RenderedObjects() =>
        KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Folder, "helm/rendered-3.4.1.txt")), strict: true);

    private static IEnumerable<V1Container> Rendered() => Containers(Pods(RenderedObjects()));

    private static IEnumerable<V1PodSpec> Pods(IEnumerable<object> objects) => objects.Select(o => o switch
    {
        V1Deployment deployment => deployment.Spec.Template.Spec,
        V1Job job => job.Spec.Template.Spec,
        _ => null,
    }).OfType<V1PodSpec>();

    private static IEnumerable<V1Container> Containers(IEnumerable<V1PodSpec> pods) =>
        pods.SelectMany(p => (p.InitContainers ?? []).Concat(p.Containers));

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
