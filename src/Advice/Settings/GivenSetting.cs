namespace Migrator.Advice.Settings;

/// <summary>A setting that the file or the environment gives.</summary>
/// <param name="Name">The key, as kong.conf spells it.</param>
/// <param name="Value">The value; null if it is unset or not known.</param>
/// <param name="Line">The line of the file; null for a variable.</param>
/// <param name="Place">Where it is given, such as <c>kong.conf:12</c> or <c>environment variable KONG_PG_HOST</c>.</param>
internal sealed record GivenSetting(string Name, string? Value, int? Line, string Place);

/// <summary>What changes about one setting between two gateway versions.</summary>
/// <param name="Name">The key.</param>
/// <param name="Line">The line of the file that gives it; null if none does.</param>
/// <param name="Place">Where it is given; <c>default</c> if it is not.</param>
/// <param name="Kind">
/// One of <see cref="SettingsAdvice.Gone"/>, <see cref="SettingsAdvice.Renamed"/> and <see cref="SettingsAdvice.Default"/>.
/// </param>
/// <param name="Message">What changes.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record SettingFinding(string Name, int? Line, string Place, string Kind, string Message, string Remedy);
