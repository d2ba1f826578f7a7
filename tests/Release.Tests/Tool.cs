using System.Diagnostics;

namespace Release.Tests;

/// <summary>Runs a program of the machine.</summary>
internal static class Tool
{
    /// <summary>Runs a program and returns its exit code and its output, stderr last.</summary>
    public static (int ExitCode, string Output) Run(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>Runs a program, asserts that it succeeds, and returns its output.</summary>
    public static string Succeeds(string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var (exitCode, output) = Run(program, arguments, variables);
        Assert.That(exitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }
}
