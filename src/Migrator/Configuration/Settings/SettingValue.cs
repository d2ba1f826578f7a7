using System.Globalization;

namespace Migrator.Configuration.Settings;

/// <summary>A setting's value, in the type that Kong gives it. Unset is null.</summary>
internal abstract record SettingValue;

/// <summary>Text.</summary>
/// <param name="Text">The text.</param>
internal sealed record TextValue(string Text) : SettingValue;

/// <summary>A number.</summary>
/// <param name="Number">The number, which may be no integer, and may be infinite.</param>
internal sealed record NumberValue(double Number) : SettingValue;

/// <summary>On or off.</summary>
/// <param name="IsOn">Which.</param>
internal sealed record SwitchValue(bool IsOn) : SettingValue;

/// <summary>A list.</summary>
/// <param name="Items">Its items.</param>
internal sealed record ListValue(IReadOnlyList<string> Items) : SettingValue
{
    /// <inheritdoc />
    public bool Equals(ListValue? other) => other is not null && Items.SequenceEqual(other.Items, StringComparer.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => Items.Count;
}

/// <summary>Where a setting's value comes from.</summary>
/// <param name="Place">The place, for people: <c>kong.conf:12</c>, <c>KONG_PG_HOST</c>, <c>--prefix</c> or <c>default</c>.</param>
/// <param name="Line">The line of the file; null where it does not come from there.</param>
internal sealed record SettingSource(string Place, int? Line = null)
{
    /// <summary>Nobody gives the setting.</summary>
    public static readonly SettingSource Default = new("default");

    /// <summary>The vault reference that stands in that place; null where the value itself does.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether somebody gives the setting, if only an empty value.</summary>
    public bool IsGiven => this != Default;

    /// <summary>A line of the file.</summary>
    public static SettingSource File(string file, int line) => new(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}"), line);

    /// <summary>A variable.</summary>
    public static SettingSource Environment(string variable) => new($"environment variable {variable}");

    /// <summary>An option of the command.</summary>
    public static SettingSource Option(string option) => new($"option {option}");

    /// <inheritdoc />
    public override string ToString() => Reference is null ? Place : $"vault {Reference} ({Place})";
}
