using System.CommandLine;

namespace Migrator.Commands.Options;

/// <summary>Options that concern a rollout of the gateway: what to wait for, and how long.</summary>
internal static class RolloutOptions
{
    /// <summary><c>--for</c>: the command whose work is waited for.</summary>
    public static readonly Option<string> For = OptionKinds.Enumerated(
        new Option<string>("--for")
        {
            Description = "What to wait for: that bootstrap is complete, that no migration is new (the gateway starts), or that none is "
                + "pending either. Default: up.",
            DefaultValueFactory = _ => "up",
        },
        "bootstrap", "up", "finish");

    /// <summary><c>--timeout</c>: how long to wait.</summary>
    public static readonly Option<double?> Timeout = OptionKinds.Seconds(new Option<double?>("--timeout")
    {
        Description = "How long to wait, for the database too. Default: 5m.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => 300,
    });

    /// <summary><c>--watch</c>: how long to look for sessions of gateways.</summary>
    public static readonly Option<double?> Watch = OptionKinds.Seconds(new Option<double?>("--watch")
    {
        Description = "How long to look for sessions of gateways; 0 looks once. Default: twice db_update_frequency and a second, 11 s, as "
            + "an idle gateway may have no session until it asks the database again.",
        HelpName = "DURATION",
    });

    /// <summary><c>--when-drained</c>: how long no old gateway may have been seen before the finish phase runs.</summary>
    public static readonly Option<double?> WhenDrained = OptionKinds.Seconds(new Option<double?>("--when-drained")
    {
        Description = "First wait until no session of a gateway, and no data plane older than the target version, was seen for this long, "
            + "also if nothing is pending. It is raised to twice db_update_frequency and a second, and to 36 s with data planes; give "
            + "more than the gateways need to end (terminationGracePeriodSeconds).",
        HelpName = "DURATION",
    });

    /// <summary><c>--drain-timeout</c>: how long to wait for that.</summary>
    public static readonly Option<double?> DrainTimeout = OptionKinds.Seconds(new Option<double?>("--drain-timeout")
    {
        Description = "With --when-drained: how long to wait before giving up. Default: 1h.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => 3600,
    });

    /// <summary><c>--old-nodes</c>: the gateways before the rollout.</summary>
    public static readonly Option<string?> OldNodes = new("--old-nodes")
    {
        Description = "With --when-drained: the answer of 'nodes --json' from before the rollout; only sessions from its addresses count.",
        HelpName = "FILE",
    };

    /// <summary><c>--new-nodes</c>: the gateways after the rollout.</summary>
    public static readonly Option<string?> NewNodes = new("--new-nodes")
    {
        Description = "With --when-drained: a DNS name of the new gateways, such as a headless Service; sessions from its addresses do "
            + "not count.",
        HelpName = "HOST",
    };
}
