using System.CommandLine;
using Migrations.Dsl;
using Migrator.Commands.Hosting;

namespace Migrator.Commands.Options;

/// <summary>The way to the database, and which migrations belong to it.</summary>
internal static class DatabaseOptions
{
    /// <summary>A limit for each statement.</summary>
    public static readonly Option<double?> DbTimeout = OptionKinds.Seconds(new Option<double?>("--db-timeout")
    {
        Description = "Limits connecting (instead of pg_timeout) and, on the server, each statement. Default: statements have no limit.",
        HelpName = "SECONDS",
    });

    /// <summary>Which migrations belong to the run.</summary>
    public static readonly Option<string> TargetVersion = OptionKinds.Enumerated(
        new Option<string>("--gateway-version")
        {
            Description = $"The gateway version to migrate to: {string.Join(", ", GatewayVersion.Known)} [env: MIGRATOR_GATEWAY_VERSION].",
            DefaultValueFactory = _ =>
                HostEnvironment.Current.Variable("MIGRATOR_GATEWAY_VERSION") is { } version ? version
                    : GatewayVersion.Default.Name,
        },
        [.. GatewayVersion.Known.Select(v => v.Name)]);

    /// <summary>How long to wait for a database.</summary>
    public static readonly Option<double?> Wait = OptionKinds.Seconds(new Option<double?>("--wait")
    {
        Description = "How long to wait for a database that takes no connections yet, or is a standby during a failover [env: "
            + "MIGRATOR_WAIT].",
        HelpName = "SECONDS",
        DefaultValueFactory = result => OptionKinds.FromEnvironment(result, "MIGRATOR_WAIT", 0),
    });

    /// <summary>Which of the two connections.</summary>
    public static readonly Option<bool> ReadOnly = new("--read-only")
    {
        Description = "Use the read-only connection (pg_ro_*) [env: MIGRATOR_READ_ONLY].",
        DefaultValueFactory = result => OptionKinds.IsOn(result, "MIGRATOR_READ_ONLY"),
    };

    /// <summary>The name that RDS knows itself by.</summary>
    public static readonly Option<string?> IamEndpoint = new("--iam-endpoint")
    {
        Description = "With pg_iam_auth: the RDS endpoint to sign tokens for, where the host is an alias, a tunnel or an address [env: "
            + "MIGRATOR_IAM_ENDPOINT].",
        HelpName = "HOST[:PORT]",
        DefaultValueFactory = _ => HostEnvironment.Current.Variable("MIGRATOR_IAM_ENDPOINT") is { } endpoint ? endpoint
            : null,
    };

    /// <summary>What every command takes that talks to the database.</summary>
    public static readonly IReadOnlyList<Option> All = [.. ConfigurationOptions.All, DbTimeout, TargetVersion, Wait, IamEndpoint];
}
