using System.CommandLine;
using System.CommandLine.Parsing;
using Migrator.Commands.Hosting;

namespace Migrator.Commands.Options;

/// <summary>Options that select the gateway's configuration and say how strictly it is read.</summary>
internal static class ConfigurationOptions
{
    /// <summary><c>--conf</c>: the gateway's kong.conf.</summary>
    public static readonly Option<string> Conf = new("--conf", "-c")
    {
        Description = "The gateway's kong.conf; - reads standard input. Variables KONG_* override it, as they do for the gateway "
            + "[env: MIGRATOR_CONF].",
        HelpName = "FILE",
        DefaultValueFactory = RequiredFile,
    };

    /// <summary><c>--conf</c> of a command that needs none: it connects to nothing, and looks in Kong's default places.</summary>
    public static readonly Option<string?> OptionalConf = new("--conf", "-c")
    {
        Description = "The gateway's kong.conf, - for standard input; without it /etc/kong/kong.conf or /etc/kong.conf, and else the "
            + "environment alone [env: MIGRATOR_CONF].",
        HelpName = "FILE",
        DefaultValueFactory = _ => HostEnvironment.Current.Variable("MIGRATOR_CONF"),
    };

    /// <summary><c>--prefix</c>: Kong's prefix directory.</summary>
    public static readonly Option<string?> Prefix = new("--prefix", "-p")
    {
        Description = "Overrides the setting 'prefix', as it does for kong. Migrations read nothing there.",
        HelpName = "DIR",
    };

    /// <summary><c>--strict</c>: refuses a configuration with warnings.</summary>
    public static readonly Option<bool> Strict = new("--strict")
    {
        Description = "Treat configuration warnings as errors [env: MIGRATOR_STRICT].",
        DefaultValueFactory = result => OptionKinds.IsOn(result, "MIGRATOR_STRICT"),
    };

    /// <summary><c>--ssl-verify-host</c>: whether <c>pg_ssl_verify</c> checks the host name too, which Kong does not.</summary>
    public static readonly Option<string> VerifyHost = OptionKinds.Enumerated(
        new Option<string>("--ssl-verify-host")
        {
            Description = "With pg_ssl_verify, check the host name too; Kong checks the chain only. Default: on [env: "
                + "MIGRATOR_SSL_VERIFY_HOST].",
            DefaultValueFactory = _ => HostEnvironment.Current.Variable("MIGRATOR_SSL_VERIFY_HOST") is { } choice ? choice
                : "on",
        },
        "on",
        "off");

    /// <summary>
    /// <c>--gateway-version</c> of a command that only reads settings: newer versions than migrations exist for are allowed too.
    /// </summary>
    public static readonly Option<string?> SettingsVersion = OptionKinds.SettingsVersions(new Option<string?>("--gateway-version")
    {
        Description = "The gateway version whose defaults are shown, up to 3.16: from 3.14 on, pg_ssl_verify is on by default.",
        HelpName = "X.Y",
    }, "2.8");

    /// <summary>The options of every command that reads a configuration, apart from those that select it.</summary>
    public static readonly IReadOnlyList<Option> OfReading = [Strict, VerifyHost];

    /// <summary>All options of this class.</summary>
    public static readonly IReadOnlyList<Option> All = [Conf, Prefix, .. OfReading];

    private static string RequiredFile(ArgumentResult result)
    {
        if (HostEnvironment.Current.Variable("MIGRATOR_CONF") is { } file)
        {
            return file;
        }

        result.AddError("The gateway's kong.conf is missing: give it with -c FILE, or set MIGRATOR_CONF.");
        return "";
    }
}
