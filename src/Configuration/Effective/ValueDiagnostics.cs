using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;
using Migrator.Configuration.Vaults;
using Migrator.Display;

namespace Migrator.Configuration.Effective;

/// <summary>Warns about a value that is probably not understood as intended.</summary>
internal static class ValueDiagnostics
{
    /// <summary>Checks a setting that is given and concerns the connection.</summary>
    /// <param name="given">The setting.</param>
    /// <param name="written">The value in the file, if the setting comes from it.</param>
    /// <param name="diagnostics">Receives the errors and warnings.</param>
    public static void Report(RawSetting given, FileValue? written, DiagnosticList diagnostics)
    {
        if (given.Overridden is not null)
        {
            ReportOverride(given, diagnostics);
        }

        if (written is not null)
        {
            ReportFile(given, written, diagnostics);
        }

        ReportText(given, diagnostics);
    }

    private static void ReportOverride(RawSetting given, DiagnosticList diagnostics)
    {
        var (definition, text, line) = (given.Definition, given.Text ?? "", given.Overridden!.Line);
        if (text == given.Overridden.Value.Text)
        {
            return;
        }

        var what = text.Length == 0 ? "is set but empty, which unsets the setting" : "wins";
        diagnostics.Warn(line, DiagnosticCode.EnvironmentOverrides,
            $"{definition.Name} here has no effect: {given.Source.Place} {what}.{SettingText.Understood(definition, text)} Remove one of "
                + "the two.");
    }

    private static void ReportFile(RawSetting given, FileValue written, DiagnosticList diagnostics)
    {
        var (definition, line) = (given.Definition, given.Source.Line);
        if (written.IsDestroyed && definition.Type is not (SettingType.Number or SettingType.Switch))
        {
            // The gateway's value differs in each of its runs, so migrator cannot use the same value.
            diagnostics.Refuse(line,
                $"{definition.Name} contains the text '_blank_', which the gateway's reader replaces by a memory address. Give the value "
                    + $"in the environment variable {definition.Variable} instead.");
        }

        if (written.IsRewritten && (definition.Type != SettingType.Number || written.LostUnit))
        {
            var seen = definition.IsSecret ? "" : $": '{SettingText.Plain(written.Written)}' became '{SettingText.Plain(written.Text)}'";
            diagnostics.Warn(line, DiagnosticCode.NumberRewritten,
                $"{definition.Name} looks like a number and was rewritten as one{seen}. If the text is meant as it stands, write a "
                    + "comment behind it: `value # text`.");
        }

        if (CommentDiagnostic.LooksUnintended(definition, written))
        {
            diagnostics.Warn(line, DiagnosticCode.CommentCut,
                $"{definition.Name} ends at the first '#'; what follows is a comment.{SettingText.Understood(definition, written.Text)} "
                    + "Write \\# for a '#' that belongs to the value, a space before one that does not.");
        }

        if (written.Text.Contains('\r', StringComparison.Ordinal))
        {
            diagnostics.Warn(line, DiagnosticCode.CarriageReturn,
                $"{definition.Name} contains a carriage return, which does not end a line; what follows it is part of the value. End "
                    + "lines with a line feed.");
        }
    }

    private static void ReportText(RawSetting given, DiagnosticList diagnostics)
    {
        var (definition, text, line) = (given.Definition, given.Text ?? "", given.Source.Line);
        var where = SettingText.Name(definition, given.Source);
        if (text is ['"' or '\'', ..] && (text.Length == 1 || text[^1] == text[0] || !text.AsSpan(1).Contains(text[0])))
        {
            diagnostics.Warn(line, DiagnosticCode.QuotesKept,
                $"{where} starts with a quote, and quotes are part of the value.{SettingText.Understood(definition, text)} Remove the "
                    + "quotes, unless they are meant.");
        }

        if (DisplayText.FindUnseen(text) is >= 0 and var unseen)
        {
            diagnostics.Warn(line, DiagnosticCode.UnseenCharacter, string.Create(
                CultureInfo.InvariantCulture, $"{where} has the character U+{(int)text[unseen]:X4} in it, which is not seen and is ")
                    + "part of the value. Type the line again, unless it is meant.");
        }

        if (VaultReference.IsHalf(text))
        {
            diagnostics.Warn(line, DiagnosticCode.HalfReference,
                $"{where} contains '{{vault://' but is no reference: one starts with that, in lower case, and ends with '}}'. It is "
                    + "taken as it stands. Write the reference alone, with \\# for a '#' in it.");
        }

        // A number or a switch that is none has a warning already.
        if (definition.Type == SettingType.Text && (definition.IsSecret ? UnfilledTemplate.Is(text) : UnfilledTemplate.IsIn(text)))
        {
            diagnostics.Warn(line, DiagnosticCode.UnfilledTemplate,
                $"{where} is a template that was not filled in, and is taken as it stands.{SettingText.Understood(definition, text)} "
                    + "Write the value; kong.conf has no variables.");
        }

        if (text.Length == 0 && DriverDefaults.Effect(definition) is { } effect)
        {
            diagnostics.Warn(line, DiagnosticCode.EmptyValue, string.Create(
                CultureInfo.InvariantCulture, $"{where} is empty, which takes its default '{definition.Default}' away: {effect}. " +
                    $"Remove it to have the default."));
        }
    }
}

/// <summary>
/// Decides whether a comment after a value was meant to be part of it. Kong: a <c>#</c> starts a comment everywhere, even within quotes and
/// without a space before it. People write a space before a comment.
/// </summary>
internal static class CommentDiagnostic
{
    /// <summary>Whether the comment was probably meant to be part of the value.</summary>
    public static bool LooksUnintended(SettingDefinition definition, FileValue written)
    {
        if (written.Comment < 0)
        {
            return false;
        }

        var (before, after) = (written.Written[..written.Comment], written.Written[(written.Comment + 1)..]);
        return (before.Length > 0 && !Ascii.IsWhite(before[^1]))
            || IsWithinQuotes(before, after)
            || (definition.IsSecret && after.Length > 0 && !Ascii.IsWhite(after[0]) && after[0] != '#');
    }

    private static bool IsWithinQuotes(string before, string after) =>
        before is ['"' or '\'', ..]
        && !before.AsSpan(1).Contains(before[0])
        && after.Contains(before[0], StringComparison.Ordinal);
}
