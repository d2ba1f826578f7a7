using System.Globalization;

namespace Migrator.Configuration.Effective;

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
