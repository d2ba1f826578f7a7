using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Migrator.Display;
using Migrator.Files;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials that the <c>credential_process</c> of a profile prints.</summary>
/// <remarks>The SDK is not used here: its exceptions quote output that it cannot parse, which may contain a key.</remarks>
internal sealed class ProcessSource(string command, string profile) : ICredentialSource
{
    // A background process of the program may keep its output open forever.
    private static readonly TimeSpan TimeAfterExit = TimeSpan.FromSeconds(1);

    private const int MayRun = 1;
    private const int MaxErrorBytes = 8 * 1024;
    private static readonly string[] SecretNames = ["SECRET", "PASSWORD", "TOKEN", "KEY", "CREDENTIAL"];

    private LastLines errors = new(MaxErrorBytes);
    private byte[] printed = [];

    /// <summary>The limits on the program's output and running time.</summary>
    public ReadLimits Limits { get; init; } = new(64 * 1024, TimeSpan.FromSeconds(30));

    /// <summary>The file and line of the command, as text for messages; null if they are not known.</summary>
    public string? Place { get; init; }

    /// <summary>Whether a variable is hidden from the program: passwords in the variables of Kong and migrator.</summary>
    public static bool IsHidden(string variable) =>
        variable.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase)
        && (variable.StartsWith("KONG_", StringComparison.OrdinalIgnoreCase)
            || variable.StartsWith("MIGRATOR_", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limits.Time);
        try
        {
            using var process = Start();
            try
            {
                var found = CredentialJson.Read(
                    await OutputAsync(process, limit.Token), "SessionToken", $"credential_process of profile '{profile}'",
                    hasVersion: true);
                return found.Keys ?? throw Failed($"printed no credentials as JSON: {found.Diagnostic}");
            }
            finally
            {
                Stop(process);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"did not end within {Limits.Time.TotalSeconds:0.###} s");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw Failed($"cannot be started: {e.Message}");
        }
    }

    private Process Start()
    {
        var words = ShellWords.Split(command) ?? throw Failed("cannot be started: a quotation mark in it has no end");
        var start = new ProcessStartInfo(Program(words), words.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsHidden).ToList())
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start)!;
    }

    // Process.Start would also look into the current directory. One that may not be run is passed over, as by execvp(3).
    private string Program(IReadOnlyList<string> words) => words.Count == 0 ? throw Failed("is empty")
        : words[0].Contains('/', StringComparison.Ordinal) ? words[0]
        : (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':')
            .Select(folder => Path.Combine(folder, words[0])).Where(File.Exists).OrderBy(file => Access(file, MayRun) != 0)
            .FirstOrDefault() ?? throw Failed($"cannot be started: there is no program '{words[0]}' in PATH");

    // access(2).
    [DllImport("libc", EntryPoint = "access")]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    private async Task<byte[]> OutputAsync(Process process, CancellationToken cancellationToken)
    {
        var output = new BoundedOutput(Limits.Bytes);
        var reading = output.ReadAsync(process.StandardOutput.BaseStream, cancellationToken);
        errors = new LastLines(MaxErrorBytes);
        var readingErrors = errors.ReadAsync(process.StandardError.BaseStream, cancellationToken);
        var exit = process.WaitForExitAsync(cancellationToken);
        await Task.WhenAny(reading, exit).WaitAsync(cancellationToken);
        if (!output.IsTooLarge)
        {
            await exit.WaitAsync(cancellationToken);
            var all = process.ExitCode == 0 ? reading : Task.WhenAll(reading, readingErrors);
            await Task.WhenAny(all, Task.Delay(TimeAfterExit, cancellationToken));
        }

        cancellationToken.ThrowIfCancellationRequested();
        printed = output.ToArray();
        return output.IsTooLarge ? throw Failed($"printed more than {BoundedFile.Size(Limits.Bytes)}")
            : process.ExitCode != 0 ? throw Failed($"exited with {process.ExitCode}")
            : printed;
    }

    // What it prints, and the values of variables that hold secrets: it may write both to stderr.
    private IEnumerable<string> Secrets() =>
        Encoding.UTF8.GetString(printed).Split([' ', '\t', '\r', '\n', '"', '\'', ',', ':', '=', '{', '}', '[', ']'])
            .Except(["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "Version"], StringComparer.Ordinal)
            .Concat(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .Where(v => SecretNames.Any(n => ((string)v.Key).Contains(n, StringComparison.OrdinalIgnoreCase)))
                .Select(v => (string?)v.Value ?? "").Where(v => !v.StartsWith('/')));

    private string Errors() => errors.Show(Secrets()) is { Length: > 0 } lines ? $"It wrote to stderr: {lines}. " : "";

    private static void Stop(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // It has ended meanwhile, or belongs to another user.
        }
    }

    private MigratorException Failed(string what) => new(
        $"The credential_process of profile '{profile}' {what}.",
        $"{(Place is null ? "" : $"The command stands in {Place}. ")}{Errors()}What it printed to stdout is not shown, as it "
            + "may hold keys.",
        "No shell runs it, so that it has no $NAME, ~ or |; for one write: credential_process = /bin/sh -c '...'. Run it by hand, as it "
            + $"stands in the profile: aws configure get credential_process --profile {ShellText.Word(profile)}");
}
