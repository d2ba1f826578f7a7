using System.CommandLine;
using Migrator.Commands.Hosting;

namespace Migrator.Commands.Options;

/// <summary>What is said, and how: options of every command.</summary>
internal static class OutputOptions
{
    /// <summary>Errors and warnings only.</summary>
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say nothing but warnings and errors on stderr." };

    /// <summary>Each step.</summary>
    public static readonly Option<bool> Verbose =
        new("--v", "-v") { Description = "Say more: every migration, every remark of the server." };

    /// <summary>Everything.</summary>
    public static readonly Option<bool> VeryVerbose = new("--vv") { Description = "Say everything, stack traces included." };

    /// <summary>How messages look.</summary>
    public static readonly Option<string> LogFormat = OptionKinds.Enumerated(
        new Option<string>("--log-format")
        {
            Description = "How messages on stderr look [env: MIGRATOR_LOG_FORMAT].",
            DefaultValueFactory = _ => HostEnvironment.Current.Variable("MIGRATOR_LOG_FORMAT") is { } format ? format
                : "text",
        },
        "text",
        "json");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Option> All = [Quiet, Verbose, VeryVerbose, LogFormat];
}
