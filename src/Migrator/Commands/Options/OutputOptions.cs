using System.CommandLine;
using Migrator.Commands.Hosting;

namespace Migrator.Commands.Options;

/// <summary>Options for the messages on stderr, which every command has.</summary>
internal static class OutputOptions
{
    /// <summary><c>--quiet</c>: warnings and errors only.</summary>
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Print only warnings and errors on stderr." };

    /// <summary><c>-v</c>: every migration and every notice of the server.</summary>
    public static readonly Option<bool> Verbose =
        new("--verbose", "-v", "--v") { Description = "Print more: every migration and every notice of the server." };

    /// <summary><c>--vv</c>: everything, stack traces included.</summary>
    public static readonly Option<bool> VeryVerbose = new("--vv") { Description = "Print everything, stack traces included." };

    /// <summary><c>--log-format</c>: text or JSON.</summary>
    public static readonly Option<string> LogFormat = OptionKinds.Enumerated(
        new Option<string>("--log-format")
        {
            Description = "How messages on stderr look. Default: text [env: MIGRATOR_LOG_FORMAT].",
            DefaultValueFactory = _ => HostEnvironment.Current.Variable("MIGRATOR_LOG_FORMAT") is { } format ? format
                : "text",
        },
        "text",
        "json");

    /// <summary><c>--json</c>: the answer as one JSON object on stdout, an error included.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the answer as one JSON object on stdout; an error too.",
    };

    /// <summary>All options of this class.</summary>
    public static readonly IReadOnlyList<Option> All = [Json, Quiet, Verbose, VeryVerbose, LogFormat];
}
