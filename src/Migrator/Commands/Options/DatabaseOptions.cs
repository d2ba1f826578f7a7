using System.CommandLine;
using Migrator.Advice;
using Migrator.Commands.Hosting;
using Migrator.Configuration.Connection;

namespace Migrator.Commands.Options;

/// <summary>Options of the connection to the database, and the target version.</summary>
internal static class DatabaseOptions
{
    /// <summary><c>--db-timeout</c>: the time limit for connecting and for each statement.</summary>
    public static readonly Option<double?> DbTimeout = OptionKinds.Seconds(new Option<double?>("--db-timeout")
    {
        Description = "Limits connecting (instead of pg_timeout) and, on the server, each statement. Default: statements have no limit.",
        HelpName = "DURATION",
    });

    /// <summary><c>--gateway-version</c>: the gateway version to migrate to.</summary>
    public static readonly Option<string> TargetVersion = OptionKinds.GatewayVersions(new Option<string>("--gateway-version")
    {
        Description = $"The gateway version to migrate to: {string.Join(", ", GatewayVersion.Known)}; 3.9.1 means 3.9. "
            + $"Default: {GatewayVersion.Default.Name} "
            + "[env: MIGRATOR_GATEWAY_VERSION].",
        HelpName = "X.Y",
        DefaultValueFactory = _ =>
            HostEnvironment.Current.Variable("MIGRATOR_GATEWAY_VERSION") is { } version ? version : GatewayVersion.Default.Name,
    });

    /// <summary><c>--gateway-version</c> of <c>advise</c>: newer versions than migrations exist for are allowed too.</summary>
    public static readonly Option<string> AdviceVersion = OptionKinds.SettingsVersions(new Option<string>("--gateway-version")
    {
        Description = $"The gateway version to prepare for, {GatewayVersion.Default.Name} to 3.16. Settings are compared with its; "
            + $"rows are judged by the rules of {RowAdvisor.NewestVersion}. Default: {GatewayVersion.Default.Name} "
            + "[env: MIGRATOR_GATEWAY_VERSION].",
        HelpName = "X.Y",
        DefaultValueFactory = TargetVersion.DefaultValueFactory,
    }, GatewayVersion.Default.Name);

    /// <summary><c>--wait</c>: how long to wait for a database that does not accept connections yet.</summary>
    public static readonly Option<double?> Wait = OptionKinds.Seconds(new Option<double?>("--wait")
    {
        Description = "How long to wait for a database that does not accept connections yet or is a standby during a failover, and for "
            + "name servers and AWS services that do not answer yet. Default: 0 [env: MIGRATOR_WAIT].",
        HelpName = "DURATION",
        DefaultValueFactory = result => OptionKinds.FromEnvironment(result, "MIGRATOR_WAIT", 0),
    });

    /// <summary><c>--read-only</c>: uses the read-only connection (<c>pg_ro_*</c>).</summary>
    public static readonly Option<bool> ReadOnly = new("--read-only")
    {
        Description = "Use the read-only connection (pg_ro_*) [env: MIGRATOR_READ_ONLY].",
        DefaultValueFactory = result => OptionKinds.IsOn(result, "MIGRATOR_READ_ONLY"),
    };

    /// <summary><c>--iam-endpoint</c>: the RDS endpoint to sign tokens for.</summary>
    public static readonly Option<EndpointName?> IamEndpoint = OptionKinds.Endpoint(new Option<EndpointName?>("--iam-endpoint")
    {
        Description = "With pg_iam_auth: the RDS endpoint to sign tokens for, where the host is an alias, a tunnel or an address [env: "
            + "MIGRATOR_IAM_ENDPOINT].",
        HelpName = "HOST[:PORT]",
    }, "MIGRATOR_IAM_ENDPOINT");

    /// <summary>The options of every command that connects to the database.</summary>
    public static readonly IReadOnlyList<Option> All = [.. ConfigurationOptions.All, DbTimeout, TargetVersion, Wait, IamEndpoint];
}
