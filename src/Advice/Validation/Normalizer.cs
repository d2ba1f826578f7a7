using Migrator.Advice.Schemas;
using Migrator.Advice.Values;
using Migrator.Native;

namespace Migrator.Advice.Validation;

/// <summary>Brings a row into the gateway's form: older fields replaced, defaults filled in, unknown fields left out.</summary>
internal static class Normalizer
{
    // What the gateway makes up for a field without a value.
    private const string Generated = "generated";

    /// <summary>Does what the gateway does when it reads a row. The table is changed.</summary>
    /// <param name="schema">The schema of the row.</param>
    /// <param name="table">The row.</param>
    /// <param name="purpose">What it is read for.</param>
    /// <returns>What keeps the gateway from reading the row; null if nothing does.</returns>
    public static ErrorTree? Read(RecordSchema schema, KongTable table, Purpose purpose = Purpose.Change)
    {
        if (Process(schema, table, purpose) is { } errors)
        {
            return errors;
        }

        foreach (var (name, value) in table.Fields.ToList())
        {
            var field = schema.Field(name);
            if (field is null)
            {
                table[name] = null;
            }
            else if (value is "" && field is { Type: FieldType.String } && field.MinLength is not 0)
            {
                table[name] = Null.Value;
            }
        }

        // Of an array in place of a record, Kong takes as many elements for fields as the record has fields.
        table.SetItems([.. table.Items.Take(schema.Fields.Count)]);
        return null;
    }

    /// <summary>Does what the gateway does before it checks a record. The table is changed, the tables in it are replaced.</summary>
    /// <returns>What is wrong with older fields; null if nothing is.</returns>
    public static ErrorTree? Complete(RecordSchema schema, KongTable table) => Process(schema, table, Purpose.Check);

    private static ErrorTree? Process(RecordSchema schema, KongTable table, Purpose purpose)
    {
        var isRead = purpose is not Purpose.Check;
        if (ReplaceShorthands(schema, table, isRead) is { } errors)
        {
            return errors;
        }

        foreach (var (name, field) in schema.Fields)
        {
            var value = table[name];
            if (!isRead && value is null && field.IsAuto && field.Type is FieldType.String)
            {
                value = Generated;
            }

            value = Adjust(field, value, purpose, out var nested);
            if (nested is not null)
            {
                errors = new ErrorTree();
                errors.Set(name, nested);
                return errors;
            }

            if (isRead && field.Type is FieldType.Integer && value is double number)
            {
                value = Math.Floor(number);
            }

            table[name] = value;
        }

        return null;
    }

    private static ErrorTree? ReplaceShorthands(RecordSchema schema, KongTable table, bool isRead)
    {
        ErrorTree? errors = null;
        foreach (var shorthand in schema.Shorthands)
        {
            if (table[shorthand.Name] is { } value && Replace(shorthand, table, value) is { } error)
            {
                (errors ??= new ErrorTree()).Set(shorthand.Name, error);
            }

            if (isRead && FindObstacle(shorthand.Replacements is [var first, ..] ? first : [], table) is var (obstacle, failure))
            {
                (errors ??= new ErrorTree()).SetAt(obstacle, failure);
            }
        }

        return errors;
    }

    private static object? Replace(ShorthandField shorthand, KongTable table, object value)
    {
        if ((FieldValidator.Check(shorthand.Field, value) ?? FindMismatch(shorthand, table, value)) is { } error)
        {
            return error;
        }

        table[shorthand.Name] = null;
        return shorthand.Expand(value) is { } newer ? Write(newer, table, shorthand.IsDeprecated) : null;
    }

    private static string? Write(KongTable newer, KongTable table, bool isDeprecated)
    {
        foreach (var (name, value) in newer.Fields)
        {
            if (value is KongTable members)
            {
                if (table[name] is not (null or Null or false or KongTable))
                {
                    return "bad argument #1 to 'pairs' (table expected)";
                }

                table[name] = Merge(members, table[name] as KongTable, isDeprecated);
            }
            else if (!isDeprecated || table[name] is null or Null)
            {
                table[name] = value;
            }
        }

        return null;
    }

    private static string? FindMismatch(ShorthandField shorthand, KongTable table, object value)
    {
        if (value is Null)
        {
            return null;
        }

        foreach (var path in shorthand.Replacements)
        {
            if (FindObstacle(path, table) is var (_, failed))
            {
                return failed;
            }

            var newer = table.At(string.Join('.', path));
            if (newer is not (null or Null or false) && !KongValue.DeepEquals(newer, value))
            {
                return "both deprecated and new field are used but their values mismatch: "
                    + $"{shorthand.Name} = {KongValue.ToText(value)} vs {string.Join('.', path)} = {KongValue.ToText(newer)}";
            }
        }

        return null;
    }

    // Kong: it looks for the newer field whenever it reads a row, and fails where a null or a number is on the way.
    private static (string Path, string Failure)? FindObstacle(IReadOnlyList<string> path, KongTable table)
    {
        for (var i = 1; i < path.Count; i++)
        {
            var record = string.Join('.', path.Take(i));
            if (table.At(record) is { } value and not (KongTable or string))
            {
                return (record, $"attempt to index local 'current_value' (a {LuaType.Of(value)} value)");
            }
        }

        return null;
    }

    // A newer field wins over one of an older form, unless it is null.
    private static KongTable Merge(KongTable older, KongTable? newer, bool isDeprecated)
    {
        var merged = newer?.Copy() ?? new KongTable();
        foreach (var (name, value) in older.Fields)
        {
            if (!isDeprecated || merged[name] is null or Null)
            {
                merged[name] = value;
            }
        }

        return merged;
    }

    private static object? Adjust(FieldSchema field, object? value, Purpose purpose, out ErrorTree? errors)
    {
        var isRead = purpose is not Purpose.Check;
        errors = null;
        if (isRead && value is Null && field.IsRequired)
        {
            return Missing(field);
        }

        if (field.IsAbstract)
        {
            return value;
        }

        if (field.Type is FieldType.Record && field.Record is { } record)
        {
            // To Lua, false is as good as nothing here.
            if (value is null && field.IsRequired || value is false)
            {
                value = Missing(field);
            }

            if (value is KongTable members)
            {
                var copy = isRead ? members : members.Copy();
                errors = isRead ? Read(record, copy, purpose) : Complete(record, copy);
                return copy;
            }
        }
        else if (value is KongTable table && PartsOf(field) is { } parts)
        {
            value = AdjustParts(field, parts, table, purpose);
        }

        return value ?? Missing(field);
    }

    private static FieldSchema? PartsOf(FieldSchema field) => field.Type is FieldType.Map ? field.Values : field.Elements;

    private static KongTable AdjustParts(FieldSchema field, FieldSchema parts, KongTable table, Purpose purpose)
    {
        var copy = table.Copy();
        if (copy.Items.Count > 0)
        {
            var items = field.Type is FieldType.Set && copy.IsSequence ? copy.Items.Distinct() : copy.Items;
            List<object?> adjusted = [.. items.Select(i => AdjustPart(parts, i, purpose))];

            // In a map, a hole leaves numbers for names too, which a map does not take.
            SetItems(copy, field.Type is FieldType.Map ? [.. adjusted.OfType<object>()] : adjusted);
        }

        foreach (var (name, value) in table.Fields)
        {
            copy[name] = AdjustPart(parts, value, purpose);
        }

        return copy;
    }

    // Kong: what is in a list or a map is required from the first check of one on, and none has been checked at the start.
    private static object? AdjustPart(FieldSchema part, object value, Purpose purpose)
    {
        if (purpose is Purpose.Start && part.Type is FieldType.Record && value is false)
        {
            return Null.Value;
        }

        return purpose is Purpose.Start && value is Null ? value : Adjust(part, value, purpose, out _);
    }

    // A null in a list is a hole. At the end it goes unnoticed; elsewhere the list is none any more, but a table with numbers for names.
    private static void SetItems(KongTable list, List<object?> items)
    {
        var length = items.FindLastIndex(i => i is not null) + 1;
        var isWhole = items.Take(length).All(i => i is not null);
        list.SetItems(isWhole ? [.. items.Take(length).OfType<object>()] : null);
        for (var i = 0; i < length && !isWhole; i++)
        {
            list[LuaNumber.Format(i + 1)] = items[i];
        }
    }

    // The value of a field that has none: its default, null, or nothing where it is required.
    private static object? Missing(FieldSchema field)
    {
        if (field.Default is not null)
        {
            return KongValue.DeepCopy(field.Default);
        }

        if (!field.IsRequired)
        {
            return Null.Value;
        }

        if (field.Type is not FieldType.Record || field.IsAbstract || field.Record is null)
        {
            return null;
        }

        var record = new KongTable();
        Complete(field.Record, record);
        return record;
    }
}

/// <summary>Why a row or a record is converted to the gateway's form.</summary>
internal enum Purpose
{
    /// <summary>It is read while the gateway starts.</summary>
    Start,

    /// <summary>It is read to be changed.</summary>
    Change,

    /// <summary>It is a record that is checked.</summary>
    Check,
}
