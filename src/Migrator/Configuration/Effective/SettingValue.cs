namespace Migrator.Configuration.Effective;

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
