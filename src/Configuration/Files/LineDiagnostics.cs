using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Files;

/// <summary>Warns about lines that are not settings, swallow others, or are lost, and about unknown keys.</summary>
/// <param name="diagnostics">Receives the errors and warnings.</param>
internal sealed class LineDiagnostics(DiagnosticList diagnostics)
{
    // Finding the nearest known key takes time, and a file with more unknown keys than this is not a misspelt kong.conf.
    private const int ExaminedKeys = 1000;
    private const int CollectedLines = 50;

    private int examined;

    /// <summary>Whether a pg_* setting was lost at the end of the file.</summary>
    public bool HasLostPostgres { get; private set; }

    /// <summary>Whether unknown keys are still examined.</summary>
    public bool LooksAtKeys => examined < ExaminedKeys;

    /// <summary>Records a line that was joined to the one above, if it looks like a setting.</summary>
    public static void Collect(List<(int Line, string Key)> joined, int line, ReadOnlySpan<byte> text)
    {
        if (joined.Count < CollectedLines && KeyName.Before(text) is { Length: > 0 } key && SettingCatalogue.IsKnown(key))
        {
            joined.Add((line, key));
        }
    }

    /// <summary>Warns about settings that a backslash joined to another one.</summary>
    public void OnSwallowed(string owner, List<(int Line, string Key)> joined)
    {
        foreach (var (line, key) in joined)
        {
            if ((SettingCatalogue.FindDatabase(key) ?? SettingCatalogue.FindDatabase(owner)) is not null
                && !diagnostics.Omits(DiagnosticCode.SwallowedLine))
            {
                diagnostics.Warn(line, DiagnosticCode.SwallowedLine,
                    $"{key} is not set: the line above ends in a backslash, so this line is part of {(owner.Length > 0 ? owner : "it")}. "
                        + "If the backslash belongs to the value, write a comment behind it: `\\ # end`.");
            }
        }
    }

    /// <summary>Reports a setting that ends in a backslash at the end of the file.</summary>
    public void OnLostAtEnd(int line, string key)
    {
        if (SettingCatalogue.FindDatabase(key) is null)
        {
            return;
        }

        var what = $"{key} is lost: it ends in a backslash, and there is no line behind it to go on with. " +
            "Remove the backslash; if it belongs to the value, write a comment behind it: `\\ # end`.";
        if (key.StartsWith("pg_", StringComparison.Ordinal))
        {
            HasLostPostgres = true;
            diagnostics.Refuse(line, what);
        }
        else
        {
            diagnostics.Warn(line, DiagnosticCode.LostAtEnd, what);
        }
    }

    /// <summary>Warns about a line that is not a setting.</summary>
    public void OnNoEquals(int line, ReadOnlySpan<byte> text)
    {
        if (ByteOrderMark.IsHarmless(line, text) || diagnostics.Omits(DiagnosticCode.NoEquals))
        {
            return;
        }

        // Only the name of a setting is shown: the rest of the line may be a password.
        var word = KeyName.FirstWord(text);
        var meant = SettingCatalogue.FindDatabase(word) is { } definition ? $" {definition.Name} is not set. Write `{definition.Name} " +
            "= ...`." : "";
        diagnostics.Warn(line, DiagnosticCode.NoEquals,
            $"a line without '=' is ignored.{meant} Put a # before the line if it is a comment.");
    }

    /// <summary>Warns about a setting that is part of a comment because a carriage return precedes it.</summary>
    public void OnComment(int line, ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\r');
        if (end >= 0 && SettingCatalogue.FindDatabase(KeyName.Before(text[(end + 1)..])) is { } definition)
        {
            diagnostics.Warn(line, DiagnosticCode.CarriageReturn,
                $"{definition.Name} is not set: it stands behind a carriage return, which does not end the comment before it. End lines "
                    + "with a line feed.");
        }
    }

    /// <summary>Warns about a setting that is given again.</summary>
    public void OnDuplicate(int line, SettingDefinition definition, FileSetting? earlier)
    {
        if (earlier is not null && definition.ConcernsDatabase && !diagnostics.Omits(DiagnosticCode.DuplicateKey))
        {
            diagnostics.Warn(line, DiagnosticCode.DuplicateKey, string.Create(
                CultureInfo.InvariantCulture, $"{definition.Name} is given again; line {earlier.Line} has no effect. Remove one of " +
                    $"the two."));
        }
    }

    /// <summary>Warns about a key that no gateway knows.</summary>
    public void OnUnknown(int line, string name, ReadOnlySpan<byte> key)
    {
        if (!LooksAtKeys || name.Length == 0)
        {
            return;
        }

        examined++;
        if (ByteOrderMark.Hides(line, key) is { } hidden)
        {
            diagnostics.Warn(line, DiagnosticCode.ByteOrderMark,
                $"{hidden} is not set: a byte order mark stands before it and is part of its name. Save the file as UTF-8 without BOM.");
        }
        else if (UnknownKey.Explain(name) is var (code, message))
        {
            diagnostics.Warn(line, code, message);
        }
    }
}

/// <summary>Explains a key that no gateway knows. Kong: drops the setting without a warning.</summary>
internal static class UnknownKey
{
    /// <summary>Returns the warning; null if the key does not concern the connection.</summary>
    public static (string Code, string Message)? Explain(string name)
    {
        if (SettingCatalogue.FindDatabase(name.ToLowerInvariant()) is { } other)
        {
            return (DiagnosticCode.WrongCase, $"{name} is ignored: keys are lower case. Write {other.Name}.");
        }

        if (NearestKey.Of(name) is { } nearest)
        {
            return (DiagnosticCode.UnknownKey, $"{name} is ignored: no gateway knows it. Write {nearest}, if that is what is meant.");
        }

        if (Secret(name) is { } secret)
        {
            // The rest of the key may be a password without the '=' before it.
            return (DiagnosticCode.UnknownKey, $"a key that starts with {secret.Name} is ignored: no gateway knows it. Write " +
                $"`{secret.Name} = ...`.");
        }

        return name.StartsWith("pg_", StringComparison.Ordinal)
            ? (DiagnosticCode.UnknownKey,
                $"{SettingText.Plain(name)} is ignored: no gateway knows it. Remove it, or write the setting that is meant; "
                    + "`migrator config` lists them.")
            : null;
    }

    private static SettingDefinition? Secret(string name) => SettingCatalogue.All
        .Where(definition => definition is { IsSecret: true, ConcernsDatabase: true })
        .FirstOrDefault(definition => name.StartsWith(definition.Name, StringComparison.Ordinal));
}
