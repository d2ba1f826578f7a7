namespace Migrator.Advice.Values;

/// <summary>
/// An object or an array of JSON. To Kong both are tables, and an empty table is either. A value in it is a string, a double, a bool,
/// <see cref="Null"/> or a table.
/// </summary>
internal sealed class KongTable
{
    private static readonly Dictionary<string, object> NoFields = [];

    private List<object>? items;
    private Dictionary<string, object>? fields;

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<object> Items => items is null ? [] : items;

    /// <summary>The members of an object.</summary>
    public IReadOnlyDictionary<string, object> Fields => fields ?? NoFields;

    /// <summary>Whether it can be an array.</summary>
    public bool IsSequence => fields is not { Count: > 0 };

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The number of elements and members.</summary>
    public int Count => (items?.Count ?? 0) + (fields?.Count ?? 0);

    /// <summary>The member with a name; null if there is none.</summary>
    public object? this[string name]
    {
        get => fields is not null && fields.TryGetValue(name, out var value) ? value : null;
        set
        {
            if (value is null)
            {
                fields?.Remove(name);
            }
            else
            {
                (fields ??= new Dictionary<string, object>(StringComparer.Ordinal))[name] = value;
            }
        }
    }

    /// <summary>Makes an array.</summary>
    public static KongTable Of(IEnumerable<object> elements) => new() { items = [.. elements] };

    /// <summary>Replaces the elements.</summary>
    public void SetItems(List<object>? elements) => items = elements;

    /// <summary>Replaces one element.</summary>
    public void SetItem(int index, object value) => items![index] = value;

    /// <summary>The value at a path with dots, such as <c>config.redis.host</c>; null if there is none.</summary>
    public object? At(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? this[path] : (this[path[..dot]] as KongTable)?.At(path[(dot + 1)..]);
    }

    /// <summary>A copy that shares its values.</summary>
    public KongTable Copy() => new()
    {
        items = items is null ? null : [.. items],
        fields = fields is null ? null : new Dictionary<string, object>(fields, StringComparer.Ordinal),
    };
}
