using System.Globalization;
using Migrator.Configuration.Findings;
using Migrator.Configuration.Keys;
using Migrator.Configuration.Values;
using Migrator.Configuration.Vaults;

namespace Migrator.Configuration.Effective;

/// <summary>Complaints about a value that is probably not understood as it was meant.</summary>
internal static class ValueFindings
{
    /// <summary>Looks at a setting of the connection that somebody gives.</summary>
    /// <param name="given">The setting.</param>
    /// <param name="written">What the file says, where it comes from there.</param>
    /// <param name="findings">Where complaints go.</param>
    public static void Report(GivenSetting given, FileValue? written, FindingsList findings)
    {
        if (given.Overridden is not null)
        {
            ReportOverride(given, findings);
        }

        if (written is not null)
        {
            ReportFile(given, written, findings);
        }

        ReportText(given, findings);
    }

    private static void ReportOverride(GivenSetting given, FindingsList findings)
    {
        var (definition, text, line) = (given.Definition, given.Text ?? "", given.Overridden!.Line);
        if (text == given.Overridden.Value.Text)
        {
            return;
        }

        var what = text.Length == 0 ? "is set but empty, which unsets the setting" : "wins";
        findings.Warn(line, WarningCode.EnvironmentOverrides, $"{definition.Name} here has no effect: {given.Source.Place} {what}." +
            $"{Shown.Understood(definition, text)} Remove one of the two.");
    }

    private static void ReportFile(GivenSetting given, FileValue written, FindingsList findings)
    {
        var (definition, line) = (given.Definition, given.Source.Line);
        if (written.IsDestroyed && definition.Type is not (SettingType.Number or SettingType.Switch))
        {
            // The one value that cannot be the gateway's: it is another one in each of its runs.
            findings.Refuse(line, $"{definition.Name} contains the text '_blank_', which the gateway's reader replaces by a memory " +
                "address. " +
                $"Give the value in the environment variable {definition.Variable} instead.");
        }

        if (written.IsRewritten && (definition.Type != SettingType.Number || written.LostUnit))
        {
            var seen = definition.IsSecret ? "" : $": '{Shown.Plain(written.Written)}' became '{Shown.Plain(written.Text)}'";
            findings.Warn(line, WarningCode.NumberRewritten, $"{definition.Name} looks like a number and was rewritten as one{seen}. " +
                "If the text is " +
                "meant as it stands, write a comment behind it: `value # text`.");
        }

        if (CommentFinding.LooksUnintended(definition, written))
        {
            findings.Warn(line, WarningCode.CommentCut, $"{definition.Name} ends at the first '#'; what follows is a comment." +
                $"{Shown.Understood(definition, written.Text)} Write \\# for a '#' that belongs to the value, a space before one that " +
                    "does not.");
        }

        if (written.Text.Contains('\r', StringComparison.Ordinal))
        {
            findings.Warn(line, WarningCode.CarriageReturn, $"{definition.Name} contains a carriage return, which does not end a line; " +
                "what follows it " +
                "is part of the value. End lines with a line feed.");
        }
    }

    private static void ReportText(GivenSetting given, FindingsList findings)
    {
        var (definition, text, line) = (given.Definition, given.Text ?? "", given.Source.Line);
        var where = Shown.Name(definition, given.Source);
        if (text is ['"' or '\'', ..] && (text.Length == 1 || text[^1] == text[0] || !text.AsSpan(1).Contains(text[0])))
        {
            findings.Warn(line, WarningCode.QuotesKept, $"{where} starts with a quote, and quotes are part of the value." +
                $"{Shown.Understood(definition, text)} Remove the quotes, unless they are meant.");
        }

        if (VaultReference.IsHalf(text))
        {
            findings.Warn(line, WarningCode.HalfReference, $"{where} contains '{{vault://' but is no reference: one starts with that, " +
                "in lower case, and " +
                "ends with '}'. It is taken as it stands. Write the reference alone, with \\# for a '#' in it.");
        }

        if (text.Length == 0 && Unset.Effect(definition) is { } effect)
        {
            findings.Warn(line, WarningCode.EmptyValue, string.Create(
                CultureInfo.InvariantCulture, $"{where} is empty, which takes its default '{definition.Default}' away: {effect}. " +
                    $"Remove it to have the default."));
        }
    }
}
