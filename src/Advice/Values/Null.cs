namespace Migrator.Advice.Values;

/// <summary>The null of JSON. A value that is missing is null in C#: Kong's rules tell the two apart.</summary>
internal sealed class Null
{
    /// <summary>The only instance.</summary>
    public static readonly Null Value = new();

    private Null()
    {
    }

    /// <summary>Its form in messages.</summary>
    public override string ToString() => "null";
}
