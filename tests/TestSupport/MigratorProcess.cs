using System.Diagnostics;

namespace TestSupport;

/// <summary>
/// Runs the program as a user would: the binary named in <c>MIGRATOR_TEST_BINARY</c> (the native one), else the one just built.
/// </summary>
public static class MigratorProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The program.</summary>
    public static string Binary { get; } =
        Environment.GetEnvironmentVariable("MIGRATOR_TEST_BINARY") is { Length: > 0 } given ? given
            : Path.Combine(AppContext.BaseDirectory, "migrator");

    /// <summary>
    /// Whether it is a program that was given, not the plain build, which costs a second of computing each time it starts.
    /// </summary>
    public static bool IsGiven { get; } = Binary != Path.Combine(AppContext.BaseDirectory, "migrator");

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">The arguments, separated by blanks.</param>
    /// <param name="environment">Variables besides a PATH; nothing else of the tests' environment gets through.</param>
    /// <param name="input">What it reads on stdin.</param>
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

    /// <summary>Starts the program, with its streams redirected.</summary>
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

/// <summary>How a run of the program ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to stdout.</param>
/// <param name="Errors">What it wrote to stderr.</param>
public sealed record ProcessResult(int ExitCode, string Output, string Errors);
