using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>Prints what the program is: version, commit, gateway versions, platform.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    /// <summary>The version and the commit, e.g. <c>0.2.0+41fccf7…</c>: MinVer takes them from git.</summary>
    private static string Informational { get; } =
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public override int Invoke(ParseResult parseResult)
    {
        var (version, commit) = Informational.Split('+') is [var v, var c] ? (v, c) : (Informational, "unknown");
        var gateways = string.Join(", ", GatewayVersion.Known.Select(known =>
            known.Name + (known == GatewayVersion.Default ? " (default)" : known.IsReleased ? "" : " (unreleased)")));
        parseResult.InvocationConfiguration.Output.Write(
            $"""
            migrator {version}
            commit            {commit}
            gateway versions  {gateways}
            platform          {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.FrameworkDescription}

            """);
        return ExitCode.Success;
    }
}
