using Migrator.Advice.Schemas;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>Changes of a row: fields to set, and fields to take out of their record.</summary>
/// <param name="schema">The schema of the row.</param>
internal sealed class RowEdit(RecordSchema schema)
{
    private readonly List<IReadOnlyList<string>> removed = [];

    /// <summary>The fields to set. Fields of records are set one by one; anything else is replaced.</summary>
    public KongTable Body { get; } = new();

    /// <summary>The paths of the fields to take out.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Removed => removed;

    /// <summary>Takes a field out.</summary>
    public void Remove(IReadOnlyList<string> path) => removed.Add(path);

    /// <summary>Sets a field, or a part of one that is set as a whole.</summary>
    /// <param name="path">The path.</param>
    /// <param name="value">The value.</param>
    /// <param name="row">The row, for what the rest of the field is.</param>
    public void Set(IReadOnlyList<string> path, object value, KongTable row)
    {
        var depth = 1;
        while (depth < path.Count && FieldAt(path.Take(depth)) is { Type: FieldType.Record })
        {
            depth++;
        }

        var field = (IReadOnlyList<string>)[.. path.Take(depth)];
        if (depth == path.Count)
        {
            Put(Body, field, value);
        }
        else if (HoldsSecrets(FieldAt(field)) || (At(Body, field) ?? At(row, field)) is not KongTable whole)
        {
            Put(Body, field, RowRepair.UnknownOf(FieldAt(field)));
        }
        else
        {
            if (At(Body, field) is not KongTable)
            {
                whole = (KongTable)KongValue.DeepCopy(whole);
                Put(Body, field, whole);
            }

            PutInside(whole, [.. path.Skip(depth)], value);
        }
    }

    /// <summary>Whether a field is set to something that only the operator knows.</summary>
    public bool IsUnknownAt(IReadOnlyList<string> path)
    {
        object? value = Body;
        foreach (var part in path)
        {
            if (value is RowRepair.Unknown)
            {
                return true;
            }

            value = value is KongTable table ? Part(table, part) : null;
        }

        return HasUnknown(value);
    }

    /// <summary>Changes a row.</summary>
    public void ApplyTo(KongTable row)
    {
        foreach (var path in removed)
        {
            if (At(row, path.SkipLast(1)) is KongTable record)
            {
                record[path[^1]] = null;
            }
        }

        Merge(row, Body, []);
    }

    /// <summary>The field at a path; null if there is none.</summary>
    public FieldSchema? FieldAt(IEnumerable<string> path) => schema.FieldAt(string.Join('.', path));

    /// <summary>The value at a path; null if there is none.</summary>
    public static object? At(KongTable table, IEnumerable<string> path)
    {
        object? value = table;
        foreach (var part in path)
        {
            value = value is KongTable inner ? Part(inner, part) : null;
        }

        return value;
    }

    /// <summary>The index of an element, which paths count from 1; null if the part is a name.</summary>
    public static int? Index(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number - 1 : null;

    private void Merge(KongTable target, KongTable body, IReadOnlyList<string> path)
    {
        foreach (var (name, value) in body.Fields)
        {
            IReadOnlyList<string> inner = [.. path, name];
            if (value is KongTable members && FieldAt(inner) is { Type: FieldType.Record })
            {
                var record = target[name] as KongTable ?? new KongTable();
                target[name] = record;
                Merge(record, members, inner);
            }
            else
            {
                target[name] = KongValue.DeepCopy(value);
            }
        }
    }

    private static object? Part(KongTable table, string part) =>
        table[part] ?? (Index(part) is { } index && index < table.Items.Count ? table.Items[index] : null);

    private static bool HasUnknown(object? value) => value is RowRepair.Unknown
        || value is KongTable table
            && (table.Items.Any(HasUnknown) || table.Fields.Any(f => f.Key == RowRepair.Unknown || HasUnknown(f.Value)));

    private static bool HoldsSecrets(FieldSchema? field) => field is null || field.IsEncrypted || field.IsReferenceable
        || field.Elements is not null && HoldsSecrets(field.Elements) || field.Values is not null && HoldsSecrets(field.Values)
        || field.Record is not null && field.Record.Fields.Any(f => HoldsSecrets(f.Value));

    private static void Put(KongTable table, IReadOnlyList<string> path, object value)
    {
        foreach (var part in path.SkipLast(1))
        {
            if (table[part] is not KongTable inner)
            {
                inner = new KongTable();
                table[part] = inner;
            }

            table = inner;
        }

        table[path[^1]] = value;
    }

    private static void PutInside(KongTable table, IReadOnlyList<string> path, object value)
    {
        var isLast = path.Count == 1;
        var inner = isLast ? null : Part(table, path[0]) as KongTable;
        var item = inner is null ? isLast ? value : RowRepair.Unknown : inner;
        if (Index(path[0]) is { } index && index < table.Items.Count)
        {
            table.SetItem(index, item);
        }
        else
        {
            table[path[0]] = item;
        }

        if (inner is not null)
        {
            PutInside(inner, [.. path.Skip(1)], value);
        }
    }
}
