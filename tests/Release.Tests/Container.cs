using TestSupport;

namespace Release.Tests;

/// <summary>Runs the image with podman, whose storage is in a temporary folder of the tests.</summary>
[SetUpFixture]
internal sealed class Container
{
    private static readonly string Storage = Directory.CreateTempSubdirectory("migrator-podman-").FullName;

    /// <summary>The name of the loaded image.</summary>
    public static string Image => $"localhost/migrator:{ReleaseFolder.Version}";

    /// <summary>Loads the image, and makes it the program that <see cref="MigratorProcess"/> runs.</summary>
    [OneTimeSetUp]
    public void Load()
    {
        // The limits of a machine without systemd, and the runtime that starts on hybrid cgroups.
        File.WriteAllText(Path.Combine(Storage, "containers.conf"),
            """
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            [engine]
            runtime = "runc"
            """);
        var (exitCode, output) = Podman("load", "--quiet", "--input", ReleaseFolder.File("migrator-*.oci.tar"));
        Assert.That(exitCode, Is.Zero, output);
        Environment.SetEnvironmentVariable("MIGRATOR_TEST_BINARY", Path.Combine(AppContext.BaseDirectory, "in-container.sh"));
    }

    /// <summary>Removes the containers and the image.</summary>
    [OneTimeTearDown]
    public void Remove()
    {
        PostgresServer.StopShared();
        Podman("rm", "--all", "--force", "--time", "0");
        Podman("rmi", "--all", "--force");
        Directory.Delete(Storage, recursive: true);
    }

    /// <summary>The variables that in-container.sh needs, in addition to those of the run.</summary>
    public static (string Name, string Value)[] Variables => [("PODMAN_STORAGE", Storage), ("IMAGE", Image)];

    /// <summary>Runs podman, and returns its exit code and its output.</summary>
    public static (int ExitCode, string Output) Podman(params string[] arguments) => Tool.Run(
        "podman",
        ["--root", Path.Combine(Storage, "root"), "--runroot", Path.Combine(Storage, "run"), "--storage-driver", "vfs", .. arguments],
        ("CONTAINERS_CONF", Path.Combine(Storage, "containers.conf")));

    /// <summary>The options that lock a container as a restricted namespace of Kubernetes does, with the memory of a small pod.</summary>
    public static string[] Locked =>
    [
        "--network", "host", "--user", "65532:65532", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory",
        "32m",
    ];

    /// <summary>Starts the image in the background and returns the container's id.</summary>
    public static string Start(string[] options, params string[] arguments)
    {
        var (exitCode, output) = Podman(["run", "--detach", .. Locked, .. options, Image, .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
        return output.Trim().Split('\n')[^1];
    }
}
