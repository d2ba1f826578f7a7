using Migrator.Display;

namespace Migrator.Advice.Settings;

/// <summary>Finds the settings that are gone, renamed, or have another default in a newer gateway.</summary>
internal static class SettingsAdvice
{
    /// <summary>The newer gateway does not know the setting.</summary>
    public const string Gone = "gone";

    /// <summary>The newer gateway knows the setting by another name.</summary>
    public const string Renamed = "renamed";

    /// <summary>The setting is not given, and the newer gateway has another default.</summary>
    public const string Default = "default";

    private const int MaxValueLength = 200;

    /// <summary>Compares the settings with what changes between two versions.</summary>
    /// <param name="given">Every setting that the file or the environment gives; of two with one name, the later one counts.</param>
    /// <param name="from">The gateway version in use.</param>
    /// <param name="to">The target version.</param>
    public static IReadOnlyList<SettingFinding> Examine(IReadOnlyList<GivenSetting> given, Version from, Version to)
    {
        var step = new VersionStep(Minor(from), Minor(to));
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var setting in given)
        {
            values[setting.Name] = setting.Value;
        }

        return
        [
            .. given.Select(setting => Examine(setting, values, step)).OfType<SettingFinding>(),
            .. ChangedDefaults.All.Select(change => Examine(change, values, step)).OfType<SettingFinding>(),
        ];
    }

    // Settings change with minor versions, not with patches.
    private static Version Minor(Version version) => new(version.Major, version.Minor);

    private static SettingFinding? Examine(GivenSetting setting, Dictionary<string, string?> values, VersionStep step)
    {
        if (RenamedSettings.Find(setting.Name) is { } renamed && renamed.Since.Any(step.Crosses))
        {
            return new(setting.Name, setting.Line, setting.Place, Renamed, renamed.Message(step), Rename(setting, renamed, values));
        }

        return GoneSettings.Find(setting.Name) is { } gone && step.Crosses(gone.Since)
            ? new(
                setting.Name, setting.Line, setting.Place, Gone,
                $"{setting.Name} is gone since gateway {gone.Since}, and {step.To} ignores it. {gone.Why}", Remove(setting))
            : null;
    }

    private static SettingFinding? Examine(ChangedDefault change, Dictionary<string, string?> values, VersionStep step)
    {
        var (before, after) = (change.At(step.From), change.At(step.To));
        if (!step.IsUpgrade || before == after || change.AllNames.Any(values.ContainsKey) || !change.Matters(values))
        {
            return null;
        }

        return new(
            change.Name, Line: null, "default", Default,
            $"{change.Name} is not given. Its default is {Text(before)} in gateway {step.From} and {Text(after)} in {step.To}. "
                + change.Effect,
            change.Remedy ?? $"To keep the default of {step.From}: {change.Name} = {before}".TrimEnd());
    }

    private static string Rename(GivenSetting setting, RenamedSetting renamed, Dictionary<string, string?> values)
    {
        if (values.ContainsKey(renamed.NewName))
        {
            return $"{renamed.NewName} is given too. {Remove(setting)}";
        }

        if (setting.Line is null)
        {
            return $"Set KONG_{renamed.NewName.ToUpperInvariant()} instead of the {setting.Place}.";
        }

        var value = setting.Value is { } text ? renamed.Convert(text) : null;
        var shown = value is null ? "..." : DisplayText.Cut(value, MaxValueLength);
        return $"Write in {setting.Place}: {renamed.NewName} = {shown}".TrimEnd();
    }

    private static string Remove(GivenSetting setting) =>
        setting.Line is null ? $"Unset the {setting.Place}." : $"Remove it from {setting.Place}.";

    private static string Text(string value) => value.Length == 0 ? "unset" : value;
}

/// <summary>The way from one gateway version to another.</summary>
/// <param name="From">The version in use.</param>
/// <param name="To">The target.</param>
internal sealed record VersionStep(Version From, Version To)
{
    /// <summary>Whether the target is newer.</summary>
    public bool IsUpgrade => From < To;

    /// <summary>Whether a version is reached on the way.</summary>
    public bool Crosses(Version version) => From < version && version <= To;
}
