namespace Migrator.Configuration.Settings;

/// <summary>The value of a setting, in the type that Kong gives it. An unset setting has no value (null).</summary>
internal abstract record SettingValue;

/// <summary>A text value.</summary>
/// <param name="Text">The text.</param>
internal sealed record TextValue(string Text) : SettingValue;

/// <summary>A number value.</summary>
/// <param name="Number">The number, which may have a fraction, and may be infinite or nan.</param>
internal sealed record NumberValue(double Number) : SettingValue;

/// <summary>The value of a switch.</summary>
/// <param name="IsOn">Whether it is on.</param>
internal sealed record SwitchValue(bool IsOn) : SettingValue;

/// <summary>A list value.</summary>
/// <param name="Items">The items.</param>
internal sealed record ListValue(IReadOnlyList<string> Items) : SettingValue
{
    /// <inheritdoc />
    public bool Equals(ListValue? other) => other is not null && Items.SequenceEqual(other.Items, StringComparer.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => Items.Count;
}

/// <summary>The source of a setting's value.</summary>
/// <param name="Place">
/// The source as text: <c>kong.conf:12</c>, <c>environment variable KONG_PG_HOST</c>, <c>option --prefix</c> or <c>default</c>.
/// </param>
/// <param name="Line">The line of the file; null if the value does not come from the file.</param>
internal sealed record SettingSource(string Place, int? Line = null)
{
    /// <summary>The source of a setting that is not given.</summary>
    public static readonly SettingSource Default = new("default") { IsGiven = false };

    /// <summary>The vault reference at this source; null if the source has the value itself.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether the setting is given, even with an empty value.</summary>
    public bool IsGiven { get; private init; } = true;

    /// <summary>Creates the source of a default that gateways have since a version.</summary>
    public static SettingSource DefaultSince(Version version) => new($"default since {version}") { IsGiven = false };

    /// <summary>Creates the source for a line of the file.</summary>
    public static SettingSource File(string file, int line) => new(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}"), line);

    /// <summary>Creates the source for an environment variable.</summary>
    public static SettingSource Environment(string variable) => new($"environment variable {variable}");

    /// <summary>Creates the source for an option of the command.</summary>
    public static SettingSource Option(string option) => new($"option {option}");

    /// <inheritdoc />
    public override string ToString() => Reference is null ? Place : $"vault {Reference} ({Place})";
}
