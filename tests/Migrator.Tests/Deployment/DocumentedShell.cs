using System.Diagnostics;
using TestSupport;

namespace Migrator.Tests.Deployment;

/// <summary>Runs a block of the documentation with bash, in a folder of its own. migrator, psql and pg_dump are on the PATH.</summary>
internal sealed class DocumentedShell : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly string folder = Directory.CreateTempSubdirectory("migrator-documents-").FullName;

    /// <summary>Creates the folder.</summary>
    public DocumentedShell()
    {
        // The exit code of each run of migrator is kept: 'a && b' hides one from 'set -e'.
        Write("bin/migrator", $"#!/bin/sh\n[ \"$1\" != nodes ] || '{folder}/gateway'\n'{MigratorProcess.Binary}' \"$@\"\ncode=$?\n"
            + $"echo \"$code $*\" >>'{folder}/calls'\nexit $code\n");

        // The rollout, in the middle of an upgrade: the gateway that 'nodes' has seen leaves. The other commands of a cluster are in blocks
        // with a mark.
        Write(
            "bin/kubectl",
            $"""
            #!/bin/sh
            [ "$*" = 'rollout status deployment/kong' ] || exit 1
            [ ! -e '{folder}/pid' ] || kill $(cat '{folder}/pid')

            """);
        Write(
            "gateway",
            $"""
            #!/bin/sh
            mkfifo '{folder}/stays'
            PGAPPNAME=kong psql -X -U kong -d kong <'{folder}/stays' >/dev/null 2>&1 &
            (exec 9>'{folder}/stays'; exec sleep 300) </dev/null >/dev/null 2>&1 &
            echo $! >'{folder}/pid'
            until psql -X -U kong -d kong -qtc "SELECT 1 FROM pg_stat_activity WHERE application_name = 'kong'" | grep -q 1; do
              sleep 0.1
            done

            """);
        foreach (var program in Directory.EnumerateFiles(Path.Combine(folder, "bin")).Append(Path.Combine(folder, "gateway")))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }
    }

    /// <summary>The variables of the run, in addition to PATH, HOME and DOTNET_ROOT.</summary>
    public IDictionary<string, string> Variables { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["PGHOST"] = "127.0.0.1", ["KONG_DB_UPDATE_FREQUENCY"] = "0.1" };

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its path below the folder.</param>
    /// <param name="text">The content.</param>
    public void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Writes kong.conf, where the pages have it.</summary>
    /// <param name="settings">The settings.</param>
    public void WriteConf(params (string Key, string Value)[] settings) =>
        Write("kong.conf", string.Concat(settings.Select(setting => $"{setting.Key} = {setting.Value}\n")));

    /// <summary>Runs a script until it ends.</summary>
    /// <param name="script">The script.</param>
    /// <returns>The result, and each run of migrator as <c>CODE ARGUMENTS</c>.</returns>
    public (ProcessResult Result, IReadOnlyList<string> Calls) Run(string script)
    {
        var calls = Path.Combine(folder, "calls");
        File.Delete(calls);
        Write("script.sh", Here(script) + "\n");
        var start = new ProcessStartInfo("bash", ["script.sh"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "DOTNET_ROOT")).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["PATH"] = $"{folder}/bin:{PostgresBinaries.Find()}:{start.Environment["PATH"]}";
        start.Environment["HOME"] = folder;
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        using var bash = Process.Start(start)!;
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        if (!bash.WaitForExit(Limit))
        {
            bash.Kill(entireProcessTree: true);
            throw new TimeoutException($"The block did not end within {Limit}:\n{script}");
        }

        return (new ProcessResult(bash.ExitCode, output.Result, errors.Result), File.Exists(calls) ? File.ReadAllLines(calls) : []);
    }

    /// <summary>A text of a page as it is run: the path of kong.conf is this folder's, and a minute of waiting is two seconds.</summary>
    /// <param name="text">The text.</param>
    public string Here(string text) => text
        .Replace("/etc/kong/kong.conf", Path.Combine(folder, "kong.conf"), StringComparison.Ordinal)
        .Replace("--when-drained 60s", "--when-drained 2s", StringComparison.Ordinal);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(folder, recursive: true);
}
