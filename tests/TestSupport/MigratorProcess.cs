using System.Diagnostics;

namespace TestSupport;

/// <summary>
/// Runs the program as a user would: the binary in <c>MIGRATOR_TEST_BINARY</c> (the native one), otherwise the built one.
/// </summary>
public static class MigratorProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The path of the program.</summary>
    public static string Binary { get; } =
        Environment.GetEnvironmentVariable("MIGRATOR_TEST_BINARY") is { Length: > 0 } given ? given
            : Path.Combine(AppContext.BaseDirectory, "migrator");

    /// <summary>Whether the binary was given. The plain build needs a second of processor time to start.</summary>
    public static bool IsGiven { get; } = Binary != Path.Combine(AppContext.BaseDirectory, "migrator");

    /// <summary>Runs the program until it exits.</summary>
    /// <param name="arguments">The arguments, separated by blanks.</param>
    /// <param name="environment">Environment variables in addition to PATH. The program sees no others of the tests' environment.</param>
    /// <param name="input">The content of stdin.</param>
    public static ProcessResult Run(string arguments, IReadOnlyDictionary<string, string>? environment = null, string input = "")
    {
        using var process = Start(arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw new TimeoutException($"migrator {arguments} did not end within {Limit}.");
        }

        return new ProcessResult(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Starts the program with redirected streams.</summary>
    public static Process Start(string arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Binary, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var inherited = start.Environment.Where(v => v.Key is "PATH" or "DOTNET_ROOT" or "HOME").ToList();
        start.Environment.Clear();
        foreach (var (key, value) in inherited)
        {
            start.Environment[key] = value;
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>The result of a run of the program.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to stdout.</param>
/// <param name="Errors">What it wrote to stderr.</param>
public sealed record ProcessResult(int ExitCode, string Output, string Errors);
