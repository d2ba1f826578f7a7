using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Migrator.Commands.Hosting;

namespace Migrator.Commands.Options;

/// <summary>Kinds of options: what they take, on the command line and from the environment, and what they say to anything else.</summary>
internal static class OptionKinds
{
    /// <summary>What PostgreSQL can take as a timeout: its milliseconds are 32 bits (manual, 19.11).</summary>
    private const int MostSeconds = int.MaxValue / 1000;

    /// <summary>Whether a variable says on. Anything but on or off is a usage error.</summary>
    public static bool IsOn(ArgumentResult result, string variable)
    {
        var text = HostEnvironment.Current.Variable(variable);
        if (text is not (null or "" or "on" or "true" or "1" or "off" or "false" or "0"))
        {
            result.AddError($"{variable} takes on or off, not '{text}'.");
        }

        return text is "on" or "true" or "1";
    }

    /// <summary>An option that takes one of some words, which a shell completes.</summary>
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

    /// <summary>The seconds that a variable says; otherwise what is given.</summary>
    public static double? FromEnvironment(ArgumentResult result, string variable, double otherwise)
    {
        if (HostEnvironment.Current.Variable(variable) is not { } text)
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

    /// <summary>An option that takes a number of seconds.</summary>
    public static Option<double?> Seconds(Option<double?> option)
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

    private static string Words(string[] values) =>
        values.Length <= 3 ? string.Join(" or ", values) : $"one of {string.Join(", ", values)}";

    private static double? ParseSeconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MostSeconds
            ? seconds : null;
}
