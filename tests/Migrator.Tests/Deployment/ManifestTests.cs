using System.Runtime.CompilerServices;
using k8s;
using k8s.Models;
using Migrator.Commands;
using YamlDotNet.Core;

namespace Migrator.Tests.Deployment;

/// <summary>The manifests in docker/kubernetes, and the objects that docker/helm/values.yaml adds to Kong's chart.</summary>
internal sealed class ManifestTests
{
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
    public void A_file_is_complete_in_itself(string name)
    {
        var objects = Load(name);
        var secrets = objects.OfType<V1Secret>().Select(s => s.Metadata.Name);
        var configurations = objects.OfType<V1ConfigMap>().Select(c => c.Metadata.Name);
        var pods = Pods(objects).ToList();
        var mounted = pods.SelectMany(p => p.Volumes).Select(v => v.ConfigMap?.Name).OfType<string>();
        var referred = Containers(pods).SelectMany(c => c.Env).Select(e => e.ValueFrom?.SecretKeyRef?.Name).OfType<string>();
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
        Assert.That(containers, Has.Count.EqualTo(6));
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
        var values = File.ReadAllText(Path.Combine(Folder, "helm/values.yaml"));
        foreach (var container in Rendered().Where(IsMigrator))
        {
            var arguments = container.Args.Select(a => char.IsAsciiDigit(a[0]) ? $"\"{a}\"" : a);
            Assert.That(values, Does.Contain($"args: [{string.Join(", ", arguments)}]"));
            Assert.That(values, Does.Contain($"image: {container.Image}\n"));
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
