using System.Diagnostics;
using System.Globalization;

namespace TestSupport;

/// <summary>Finds PostgreSQL's programs on this machine.</summary>
public static class PostgresBinaries
{
    private static readonly string[] Roots = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"];

    /// <summary>Finds the folder with initdb and pg_ctl.</summary>
    /// <remarks>
    /// It is <c>MIGRATOR_TEST_PG_BIN</c> if set, otherwise the newest version in the folders of Debian, Red Hat and Homebrew, otherwise a
    /// folder in PATH.
    /// </remarks>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed.</exception>
    public static string Find() =>
        Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        ?? throw new InvalidOperationException(
            "No PostgreSQL server found (initdb). Install one (Debian: apt-get install postgresql), or name its folder in "
                + "MIGRATOR_TEST_PG_BIN.");

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("MIGRATOR_TEST_PG_BIN") is { Length: > 0 } given)
        {
            return [given];
        }

        var installed = Roots
            .Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateDirectories(root))
            .Where(IsInstallation)
            .OrderByDescending(VersionOf)
            .Select(folder => Path.Combine(folder, "bin"));
        return installed.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));

        static bool IsInstallation(string folder) =>
            int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)
            || Path.GetFileName(folder).StartsWith("pgsql-", StringComparison.Ordinal)
            || Path.GetFileName(folder).StartsWith("postgresql@", StringComparison.Ordinal);
    }

    private static int VersionOf(string folder) =>
        int.TryParse(new string([.. Path.GetFileName(folder).Where(char.IsAsciiDigit)]), CultureInfo.InvariantCulture, out var version)
            ? version : 0;

    /// <summary>Runs a program of PostgreSQL and waits for it.</summary>
    /// <remarks>
    /// PostgreSQL refuses to run as root: root runs it as the user <c>postgres</c>, or <c>nobody</c> if that does not exist.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The program failed. The message contains its output.</exception>
    public static void Run(string program, params string[] arguments)
    {
        string[] command = Environment.UserName == "root"
            ? ["setpriv", $"--reuid={Unprivileged()}", "--clear-groups", "--", program, .. arguments]
            : [program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{string.Join(' ', command)} exited with {process.ExitCode}:\n{output.Result}\n{errors.Result}");
        }
    }

    /// <summary>Changes the owner of files to the user who runs the server, if the tests run as another user.</summary>
    public static void OwnedByServer(params string[] paths)
    {
        if (Environment.UserName == "root")
        {
            using var chown = Process.Start("chown", [Unprivileged(), .. paths]);
            chown.WaitForExit();
        }
    }

    /// <summary>The user who runs the server when the tests run as root.</summary>
    public static string Unprivileged() =>
        File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
}
