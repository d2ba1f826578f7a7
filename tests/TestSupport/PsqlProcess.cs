using System.Diagnostics;

namespace TestSupport;

/// <summary>Runs psql on a database of the tests.</summary>
public static class PsqlProcess
{
    /// <summary>Runs a script.</summary>
    /// <param name="database">The database.</param>
    /// <param name="script">The script, from standard input.</param>
    /// <param name="user">The user.</param>
    /// <param name="options">More options of psql.</param>
    public static ProcessResult Run(TestDatabase database, string script, string user = "kong", params string[] options)
    {
        var start = new ProcessStartInfo(
            Path.Combine(PostgresBinaries.Find(), "psql"),
            ["-X", "-q", "-h", "127.0.0.1", "-p", $"{database.Server.Port}", "-U", user, .. options, database.Name, "-f", "-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(script);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It stopped at an error before it had read everything.
        }

        process.WaitForExit();
        return new ProcessResult(process.ExitCode, output.Result, errors.Result);
    }
}
