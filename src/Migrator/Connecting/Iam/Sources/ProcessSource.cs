using System.Diagnostics;
using Migrator.Errors;

namespace Migrator.Connecting.Iam.Sources;

/// <summary>
/// The program of a profile's <c>credential_process</c>. The SDK would show what the program printed when that is not understood, and may so
/// show a key; here its streams go nowhere.
/// </summary>
internal sealed class ProcessSource(string command, string profile) : ICredentialSource
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public async Task<AwsKeys> GetAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(limit.Token);
                await Task.WhenAll(output, process.StandardError.ReadToEndAsync(limit.Token), process.WaitForExitAsync(limit.Token));
                return process.ExitCode == 0
                    ? MetadataHttp.Parse(await output, "SessionToken", $"credential_process of profile '{profile}'") ?? throw Failed("printed no credentials as JSON")
                    : throw Failed($"exited with {process.ExitCode}");
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed($"did not end within {Limit.TotalSeconds:0} s");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw Failed($"cannot be started: {e.Message}");
        }
    }

    private MigratorException Failed(string what) => new(
        $"The credential_process of profile '{profile}' {what}.",
        "What it printed is not shown, as it may hold keys.",
        $"Run it by hand, as it stands in the profile: aws configure get credential_process --profile {profile}");
}
