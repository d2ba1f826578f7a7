using System.CommandLine;
using System.CommandLine.Parsing;
using Migrator.Commands.Hosting;
using Migrator.Configuration.Connection;

namespace Migrator.Commands.Options;

/// <summary>Kinds of options: parse their values, from the command line and the environment, and report invalid ones.</summary>
internal static class OptionKinds
{
    /// <summary>Whether an environment variable is on. A value that is neither on nor off is a usage error.</summary>
    public static bool IsOn(ArgumentResult result, string variable)
    {
        var text = HostEnvironment.Current.Variable(variable);
        if (text is not (null or "" or "on" or "true" or "1" or "off" or "false" or "0"))
        {
            result.AddError($"{variable} takes on or off, not '{text}'.");
        }

        return text is "on" or "true" or "1";
    }

    /// <summary>Makes an option accept a gateway version, with or without the number of a patch release.</summary>
    public static Option<string> GatewayVersions(Option<string> option)
    {
        option.CompletionSources.Add([.. GatewayVersion.Known.Select(v => v.Name)]);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && GatewayVersion.Find(value) is null)
            {
                var known = string.Join(", ", GatewayVersion.Known.Select(v => v.Name));
                result.AddError($"{option.Name} takes one of {known}, not '{value}'." + (IsNewer(value)
                    ? $" Kong has published no migrations after {GatewayVersion.Newest.Name}; only 'advise' and 'config' take newer "
                        + "versions."
                    : ""));
            }
        });
        return option;
    }

    /// <summary>Makes an option accept a gateway version whose settings are known, with or without a patch release.</summary>
    /// <param name="option">The option.</param>
    /// <param name="oldest">The oldest version that the command has an answer for, for the message.</param>
    public static Option<T> SettingsVersions<T>(Option<T> option, string oldest)
        where T : class?
    {
        option.CompletionSources.Add([.. GatewayVersion.Known.Select(v => v.Name), "3.14", NewestSettings.ToString()]);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && GatewayVersion.Find(value) is null && !IsNewer(value))
            {
                result.AddError($"{option.Name} takes a version from {oldest} to {NewestSettings}, not '{value}'.");
            }
        });
        return option;
    }

    // The newest version whose settings are known, and the oldest that has no migrations.
    private static readonly Version NewestSettings = new(3, 16);
    private static readonly Version FirstWithout = new(3, 11);

    private static bool IsNewer(string text) => Version.TryParse(text, out var version)
        && version >= FirstWithout && new Version(version.Major, version.Minor) <= NewestSettings;

    /// <summary>Restricts an option to the given values, which a shell completes.</summary>
    public static Option<string> Enumerated(Option<string> option, params string[] values)
    {
        option.HelpName = string.Join('|', values);
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

    /// <summary>Returns the seconds in an environment variable; a default value if it is unset.</summary>
    public static double? FromEnvironment(ArgumentResult result, string variable, double otherwise)
    {
        if (HostEnvironment.Current.Variable(variable) is not { } text)
        {
            return otherwise;
        }

        if (Duration.ParseSeconds(text) is not { } seconds)
        {
            result.AddError($"{variable} takes {Duration.Accepted}, not '{text}'.");
            return otherwise;
        }

        return seconds;
    }

    /// <summary>Makes an option accept a duration. Its value is in seconds.</summary>
    public static Option<double?> Seconds(Option<double?> option)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Duration.ParseSeconds(text) is { } seconds)
            {
                return seconds;
            }

            result.AddError($"{option.Name} takes {Duration.Accepted}, not '{text}'.");
            return null;
        };
        return option;
    }

    /// <summary>Makes an option accept the name and port of a server, from the command line or an environment variable.</summary>
    public static Option<EndpointName?> Endpoint(Option<EndpointName?> option, string variable)
    {
        option.CustomParser = result => Parse(result, option.Name, result.Tokens[0].Value);
        option.DefaultValueFactory = result =>
            HostEnvironment.Current.Variable(variable) is { } text ? Parse(result, variable, text) : null;
        return option;

        static EndpointName? Parse(ArgumentResult result, string name, string text)
        {
            var endpoint = EndpointName.TryParse(text);
            if (endpoint is null)
            {
                // What stands before an @ may be a password.
                var given = text.Contains('@', StringComparison.Ordinal) ? "" : $", not '{text}'";
                result.AddError($"{name} takes HOST or HOST:PORT, without a scheme, a user or a path{given}.");
            }

            return endpoint;
        }
    }
}
