using System.Globalization;
using Migrator.Advice.LuaPatterns;
using Migrator.Advice.Schemas;
using Migrator.Advice.Validation;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>The fields to set so that the gateway accepts a row. Where only the operator knows the value, it says so.</summary>
internal sealed class Correction(RecordSchema schema, KongTable entity)
{
    private const string Unknown = "REPLACE_ME";

    private static readonly LuaPattern Suggestion = new("consider use '(.*)' instead$");
    private static readonly LuaPattern FirstName = new("'([%w_%-%.]+)'");

    /// <summary>The fields with their values.</summary>
    public KongTable Body { get; } = new();

    /// <summary>Adds what corrects one error.</summary>
    public void Add(Violation violation)
    {
        var path = violation.Path;
        if (violation.IsOfEntity)
        {
            AddForEntity(violation);
        }
        else if (path.Index().FirstOrDefault(p => p.Index > 0 && char.IsAsciiDigit(p.Item[0])) is { Item: not null } index)
        {
            AddToList(violation, index.Index);
        }
        else
        {
            Set(path, IsForbidden(violation.Message) ? Null.Value : Sample(FieldAt(path)));
        }
    }

    private static bool IsForbidden(string message) =>
        message == "value must be null" || message.StartsWith("cannot set ", StringComparison.Ordinal);

    // The list as it is, with another element.
    private void AddToList(Violation violation, int depth)
    {
        var path = violation.Path.Take(depth).ToList();
        var list = Body.At(string.Join('.', path)) as KongTable ?? entity.At(string.Join('.', path)) as KongTable;
        if (list is null || !int.TryParse(violation.Path[depth], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < 1 || number > list.Items.Count || HoldsSecrets(FieldAt(path)))
        {
            return;
        }

        var items = list.Items.ToList();
        items[number - 1] = depth == violation.Path.Count - 1 ? Corrected(violation.Message, items[number - 1]) : items[number - 1];
        Set(path, KongTable.Of(items));
    }

    private static string Corrected(string message, object element)
    {
        if (Suggestion.Captures(message) is [var suggestion])
        {
            return suggestion;
        }

        return message.StartsWith("invalid tag ", StringComparison.Ordinal) && element is string tag
            ? string.Concat(tag.Select(c => c is ',' or '/' or < ' ' or '\u007f' ? '-' : c))
            : Unknown;
    }

    private void AddForEntity(Violation violation)
    {
        var message = violation.Message;
        if (message.StartsWith("failed conditional", StringComparison.Ordinal) || FirstName.Captures(message) is not [var name])
        {
            return;
        }

        IReadOnlyList<string> path = [.. violation.Path.SkipLast(1), .. name.Split('.')];
        if (FieldAt(path) is { } field)
        {
            Set(path, Sample(field));
        }
    }

    private FieldSchema? FieldAt(IReadOnlyList<string> path) => schema.FieldAt(string.Join('.', path));

    private static bool HoldsSecrets(FieldSchema? field) =>
        field is null || field.IsEncrypted || field.IsReferenceable || field.Elements is { IsReferenceable: true } or { IsEncrypted: true };

    private static object Sample(FieldSchema? field)
    {
        if (field is null)
        {
            return Unknown;
        }

        if (field.Default is not null and not Null)
        {
            return field.Default;
        }

        if (field.OneOf is { Count: > 0 } choices)
        {
            return choices[0];
        }

        return field.Type switch
        {
            FieldType.Number or FieldType.Integer => Math.Max(field.Between?.Low ?? 1, 1),
            FieldType.Boolean => false,
            FieldType.Array or FieldType.Set => KongTable.Of([Sample(field.Elements)]),
            FieldType.Map => new KongTable { [Unknown] = Sample(field.Values) },
            FieldType.Foreign => new KongTable { ["id"] = Unknown },
            FieldType.Record => new KongTable(),
            _ => Unknown,
        };
    }

    private void Set(IReadOnlyList<string> path, object value)
    {
        var table = Body;
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
}
