using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Migrator.Commands.Hosting;

namespace Migrator.Commands.Options;

/// <summary>Kinds of options: parse their values, from the command line and the environment, and report invalid ones.</summary>
internal static class OptionKinds
{
    /// <summary>The largest timeout of PostgreSQL, in seconds: it is a number of milliseconds in 32 bits (manual, 19.11).</summary>
    private const int MaxSeconds = int.MaxValue / 1000;

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

    /// <summary>Restricts an option to the given values, which a shell completes.</summary>
    public static Option<string> Enumerated(Option<string> option, params string[] values)
    {
        option.HelpName = values.Length <= 3 ? string.Join('|', values) : "X.Y";
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && !values.Contains(value, StringComparer.Ordinal))
            {
                result.AddError($"{option.Name} takes {Words(values)}, not '{value}'.");
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

        if (ParseSeconds(text) is not { } seconds)
        {
            result.AddError($"{variable} takes a number of seconds from 0 to {MaxSeconds}, not '{text}'.");
            return otherwise;
        }

        return seconds;
    }

    /// <summary>Makes an option accept a number of seconds.</summary>
    public static Option<double?> Seconds(Option<double?> option)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ParseSeconds(text) is { } seconds)
            {
                return seconds;
            }

            result.AddError($"{option.Name} takes a number of seconds from 0 to {MaxSeconds}, not '{text}'.");
            return null;
        };
        return option;
    }

    private static string Words(string[] values) =>
        values.Length <= 3 ? string.Join(" or ", values) : $"one of {string.Join(", ", values)}";

    private static double? ParseSeconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MaxSeconds
            ? seconds : null;
}
