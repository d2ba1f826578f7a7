using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using k8s;
using k8s.Models;
using TestSupport;

namespace Release.Tests;

/// <summary>
/// The pod of docker/kubernetes/init-container.yaml, as podman runs it. A stand-in takes the place of Kong's image: it runs list.
/// </summary>
[Category("Kubernetes")]
internal sealed class KubePlayTests
{
    private string folder = "";

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory("migrator-kube-").FullName;

    [TearDown]
    public void CleanUp()
    {
        Container.Podman("pod", "rm", "--all", "--force", "--time", "0");
        Container.Podman("secret", "rm", "kong-postgres");
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void The_init_container_migrates_before_the_gateway_starts()
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        var (exitCode, output) = Play(database.Server.Port, database.Name);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(Container.Podman("wait", "kong-kong").Output.Trim(), Is.EqualTo("0"), "list: the database is up to date");
            Assert.That(Container.Podman("logs", "kong-kong").Output, Does.Contain("The database is up to date."));
        });
    }

    [Test]
    public void The_gateway_does_not_start_on_a_database_that_cannot_be_reached()
    {
        var (exitCode, output) = Play(LoopbackPort.Free(), "kong");
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Not.Zero);
            Assert.That(output, Does.Contain("exited with code 8"));
            Assert.That(Container.Podman("ps", "--all", "--filter", "name=kong-kong", "--format", "{{.State}}").Output.Trim(),
                Is.EqualTo("created").IgnoreCase);
        });
    }

    private (int ExitCode, string Output) Play(int port, string database)
    {
        var objects = KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(SourceFolder(), Manifest)), strict: true);
        var configuration = objects.OfType<V1ConfigMap>().Single();
        configuration.Data["kong.conf"] = configuration.Data["kong.conf"]
            .Replace("postgres.default.svc", "127.0.0.1", StringComparison.Ordinal)
            .Replace("5432", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("pg_database = kong", $"pg_database = {database}", StringComparison.Ordinal);
        var pod = new V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new V1ObjectMeta { Name = "kong" },
            Spec = objects.OfType<V1Deployment>().Single().Spec.Template.Spec,
        };
        pod.Spec.RestartPolicy = "Never";
        pod.Spec.HostNetwork = true;
        var migrate = pod.Spec.InitContainers.Single();
        migrate.Image = Container.Image;
        migrate.Args = [.. migrate.Args.Select(a => a == "120" ? "2" : a)];
        pod.Spec.Containers = [new V1Container
        {
            Name = "kong", Image = Container.Image, Args = ["list", "-c", "/etc/kong/kong.conf"], VolumeMounts = migrate.VolumeMounts,
        }];

        // podman keeps a Secret as JSON, its values in base64.
        var secret = objects.OfType<V1Secret>().Single();
        var values = secret.StringData.Select(d => $"\"{d.Key}\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(d.Value))}\"");
        var secretFile = Path.Combine(folder, "secret.json");
        File.WriteAllText(secretFile, $"{{{string.Join(',', values)}}}");
        var (created, error) = Container.Podman("secret", "create", secret.Metadata.Name, secretFile);
        Assert.That(created, Is.Zero, error);

        var file = Path.Combine(folder, "pod.yaml");
        File.WriteAllText(file, KubernetesYaml.SerializeAll([configuration, pod]));
        return Container.Podman("kube", "play", file);
    }

    private const string Manifest = "../../docker/kubernetes/init-container.yaml";

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
