using System.CommandLine;
using Migrator.Commands.Hosting;

namespace Migrator.Commands.Options;

/// <summary>Where the gateway's configuration is, and how strictly it is read.</summary>
internal static class ConfigurationOptions
{
    /// <summary>The gateway's configuration.</summary>
    public static readonly Option<string> Conf = new("--conf", "-c")
    {
        Description = "The gateway's kong.conf. Variables KONG_* override it, as they do for the gateway.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>Kong's prefix directory.</summary>
    public static readonly Option<string?> Prefix = new("--prefix", "-p")
    {
        Description = "Overrides the setting 'prefix', as it does for kong. Migrations read nothing there.",
        HelpName = "DIR",
    };

    /// <summary>No misunderstandings.</summary>
    public static readonly Option<bool> Strict = new("--strict")
    {
        Description = "Refuse a configuration that there are warnings about [env: MIGRATOR_STRICT].",
        DefaultValueFactory = result => OptionKinds.IsOn(result, "MIGRATOR_STRICT"),
    };

    /// <summary>Kong's check of certificates, or a full one.</summary>
    public static readonly Option<string> VerifyHost = OptionKinds.Enumerated(
        new Option<string>("--ssl-verify-host")
        {
            Description = "With pg_ssl_verify, check the host name too; Kong checks the chain only [env: MIGRATOR_SSL_VERIFY_HOST].",
            DefaultValueFactory = _ => HostEnvironment.Current.Variable("MIGRATOR_SSL_VERIFY_HOST") is { } choice ? choice
                : "on",
        },
        "on",
        "off");

    /// <summary>What every command takes that reads a configuration, wherever that is.</summary>
    public static readonly IReadOnlyList<Option> OfReading = [Strict, VerifyHost];

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Option> All = [Conf, Prefix, .. OfReading];
}
