namespace Migrator.Advice;

/// <summary>One thing that is wrong with a row.</summary>
/// <param name="Path">The field: see <see cref="Validation.FieldDiagnostic"/>; empty for the row.</param>
/// <param name="Effect">What it leads to.</param>
/// <param name="Message">What the gateway says.</param>
/// <param name="Why">The reason.</param>
internal sealed record RowDiagnostic(IReadOnlyList<string> Path, Effect Effect, string Message, string Why)
{
    /// <summary>The fields that a message about several fields speaks of.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The value that corrects it; null if the message tells what can be said of one.</summary>
    public object? Fix { get; init; }

    /// <summary>Whether the field is taken out of its record.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Whether a value of the row corrects it.</summary>
    public bool IsCorrectable { get; init; } = true;

    /// <summary>Whether only the operator can correct it, as what the gateway demands changes the meaning of the row.</summary>
    public bool IsOfMeaning { get; init; }

    /// <summary>Whether the Admin API cannot correct it, as it fails on the row.</summary>
    public bool NeedsSql { get; init; }

    /// <summary>The path with dots. An element of a list is named by the list.</summary>
    public string? Field
    {
        get
        {
            var length = Path.Count > 1 && Path[^1] is [>= '0' and <= '9', ..] ? Path.Count - 1 : Path.Count;
            return length == 0 ? null : string.Join('.', Path.Take(length));
        }
    }
}
