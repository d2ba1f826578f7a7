using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Migrations;

namespace Migrator.Commands;

/// <summary>The options that several commands share. Names are Kong's where Kong has the option.</summary>
internal static class CommonOptions
{
    /// <summary>What PostgreSQL can take as a timeout: its milliseconds are 32 bits (manual, 19.11).</summary>
    private const int MostSeconds = int.MaxValue / 1000;

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
        DefaultValueFactory = result => IsOn(result, "MIGRATOR_STRICT"),
    };

    /// <summary>Kong's check of certificates, or a full one.</summary>
    public static readonly Option<string> VerifyHost = Enumerated(
        new Option<string>("--ssl-verify-host")
        {
            Description = "With pg_ssl_verify, check the host name too; Kong checks the chain only [env: MIGRATOR_SSL_VERIFY_HOST].",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MIGRATOR_SSL_VERIFY_HOST") is { Length: > 0 } choice ? choice : "on",
        },
        "on",
        "off");

    /// <summary>No questions.</summary>
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask for confirmation." };

    /// <summary>Errors and warnings only.</summary>
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say nothing but warnings and errors on stderr." };

    /// <summary>Each step.</summary>
    public static readonly Option<bool> Verbose = new("--v", "-v") { Description = "Say more: every migration, every remark of the server." };

    /// <summary>Everything.</summary>
    public static readonly Option<bool> VeryVerbose = new("--vv") { Description = "Say everything, stack traces included." };

    /// <summary>How messages look.</summary>
    public static readonly Option<string> LogFormat = Enumerated(
        new Option<string>("--log-format")
        {
            Description = "How messages on stderr look [env: MIGRATOR_LOG_FORMAT].",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MIGRATOR_LOG_FORMAT") is { Length: > 0 } format ? format : "text",
        },
        "text",
        "json");

    /// <summary>A limit for each statement.</summary>
    public static readonly Option<double?> DbTimeout = Seconds(new Option<double?>("--db-timeout")
    {
        Description = "Limits connecting (instead of pg_timeout) and, on the server, each statement. Default: statements have no limit.",
        HelpName = "SECONDS",
    });

    /// <summary>How long to wait for another runner.</summary>
    public static readonly Option<double?> LockTimeout = Seconds(new Option<double?>("--lock-timeout")
    {
        Description = "How long to wait for another runner that is at work; 0 does not wait.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 60,
    });

    /// <summary>Which migrations belong to the run.</summary>
    public static readonly Option<string> TargetVersion = Enumerated(
        new Option<string>("--gateway-version")
        {
            Description = $"The gateway version to migrate to: {string.Join(", ", GatewayVersion.Known)} [env: MIGRATOR_GATEWAY_VERSION].",
            DefaultValueFactory = _ =>
                Environment.GetEnvironmentVariable("MIGRATOR_GATEWAY_VERSION") is { Length: > 0 } version ? version : GatewayVersion.Default.Name,
        },
        [.. GatewayVersion.Known.Select(v => v.Name)]);

    /// <summary>Once more.</summary>
    public static readonly Option<bool> Force = new("--force", "-f")
    {
        Description = "Apply the schema part of what has been done once more, to mend what is missing. Rows are never rewritten twice.",
    };

    /// <summary>How long traffic may queue up behind a migration.</summary>
    public static readonly Option<double?> DdlLockTimeout = Seconds(new Option<double?>("--ddl-lock-timeout")
    {
        Description = "How long a migration waits for a lock on a table, and traffic behind it, before it steps back and tries again, "
            + "until --lock-timeout; 0 for no limit [env: MIGRATOR_DDL_LOCK_TIMEOUT].",
        HelpName = "SECONDS",
        DefaultValueFactory = result => FromEnvironment(result, "MIGRATOR_DDL_LOCK_TIMEOUT", 3),
    });

    /// <summary>How long to wait for a database.</summary>
    public static readonly Option<double?> Wait = Seconds(new Option<double?>("--wait")
    {
        Description = "How long to wait for a database that takes no connections yet, or is a standby during a failover [env: MIGRATOR_WAIT].",
        HelpName = "SECONDS",
        DefaultValueFactory = result => FromEnvironment(result, "MIGRATOR_WAIT", 0),
    });

    /// <summary>Which of the two connections.</summary>
    public static readonly Option<bool> ReadOnly = new("--read-only")
    {
        Description = "Use the read-only connection (pg_ro_*) [env: MIGRATOR_READ_ONLY].",
        DefaultValueFactory = result => IsOn(result, "MIGRATOR_READ_ONLY"),
    };

    /// <summary>The name that RDS knows itself by.</summary>
    public static readonly Option<string?> IamEndpoint = new("--iam-endpoint")
    {
        Description = "With pg_iam_auth: the RDS endpoint to sign tokens for, where the host is an alias, a tunnel or an address [env: MIGRATOR_IAM_ENDPOINT].",
        HelpName = "HOST[:PORT]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MIGRATOR_IAM_ENDPOINT") is { Length: > 0 } endpoint ? endpoint : null,
    };

    /// <summary>Keeps many runs apart.</summary>
    public static readonly Option<double?> IamSpread = Seconds(new Option<double?>("--iam-spread")
    {
        Description = "With pg_iam_auth, and not on a terminal: wait for a random part of this before logging in, so that many runs do not log in at once [env: MIGRATOR_IAM_SPREAD].",
        HelpName = "SECONDS",
        DefaultValueFactory = result => FromEnvironment(result, "MIGRATOR_IAM_SPREAD", 2),
    });

    /// <summary>What every command takes.</summary>
    public static readonly IReadOnlyList<Option> OfEveryCommand = [Quiet, Verbose, VeryVerbose, LogFormat];

    /// <summary>What every command takes that reads the configuration.</summary>
    public static readonly IReadOnlyList<Option> OfConfiguration = [Strict, VerifyHost];

    /// <summary>What every command takes that talks to the database.</summary>
    public static readonly IReadOnlyList<Option> OfDatabaseCommands = [Conf, Prefix, DbTimeout, TargetVersion, Wait, IamEndpoint, .. OfConfiguration];

    /// <summary>What every command takes that changes the database.</summary>
    public static readonly IReadOnlyList<Option> OfWritingCommands = [LockTimeout, DdlLockTimeout, IamSpread];

    private static bool IsOn(ArgumentResult result, string variable)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        if (text is not (null or "" or "on" or "true" or "1" or "off" or "false" or "0"))
        {
            result.AddError($"{variable} takes on or off, not '{text}'.");
        }

        return text is "on" or "true" or "1";
    }

    private static Option<string> Enumerated(Option<string> option, params string[] values)
    {
        option.HelpName = values.Length <= 3 ? string.Join('|', values) : "X.Y";
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && !values.Contains(value, StringComparer.Ordinal))
            {
                result.AddError($"{option.Name} takes {string.Join(" or ", values)}, not '{value}'.");
            }
        });
        return option;
    }

    private static double? FromEnvironment(ArgumentResult result, string variable, double otherwise)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text)
        {
            return otherwise;
        }

        if (ParseSeconds(text) is not { } seconds)
        {
            result.AddError($"{variable} takes a number of seconds from 0 to {MostSeconds}, not '{text}'.");
            return otherwise;
        }

        return seconds;
    }

    private static double? ParseSeconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MostSeconds ? seconds : null;

    private static Option<double?> Seconds(Option<double?> option)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ParseSeconds(text) is { } seconds)
            {
                return seconds;
            }

            result.AddError($"{option.Name} takes a number of seconds from 0 to {MostSeconds}, not '{text}'.");
            return null;
        };
        return option;
    }
}
