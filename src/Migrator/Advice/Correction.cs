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
        else if (IsForbidden(violation.Message))
        {
            Set(path, Null.Value);
        }
        else if (FieldAt(path) is { Type: FieldType.Record } && entity.At(string.Join('.', path)) is KongTable record)
        {
            Show(path, record, violation.Message);
        }
        else if (!violation.Message.EndsWith(" is not installed", StringComparison.Ordinal))
        {
            Set(path, Sample(FieldAt(path)));
        }
    }

    // The members of a record that a message speaks of, as they are: which of them is wrong only the operator knows.
    private void Show(IReadOnlyList<string> path, KongTable record, string message)
    {
        foreach (var (name, value) in record.Fields.Where(m => m.Value is double or bool or string))
        {
            IReadOnlyList<string> member = [.. path, name];
            if (message.Contains(name, StringComparison.Ordinal) && !HoldsSecrets(FieldAt(member)))
            {
                Set(member, value);
            }
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

        return element switch
        {
            string tag when message.StartsWith("invalid tag ", StringComparison.Ordinal) =>
                string.Concat(tag.Select(c => c is ',' or '/' or < ' ' or '\u007f' ? '-' : c)),
            string path when path.StartsWith('/') && message == "must not have empty segments" =>
                "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)),
            _ => Unknown,
        };
    }

    private void AddForEntity(Violation violation)
    {
        var message = violation.Message;
        var names = QuotedNames(message).Select(n => (IReadOnlyList<string>)[.. violation.Path.SkipLast(1), .. n.Split('.')])
            .Where(p => FieldAt(p) is not null).ToList();
        if (names.Count == 0 || message.StartsWith("failed conditional", StringComparison.Ordinal))
        {
            return;
        }

        var set = names.Where(p => !KongValue.IsEmpty(entity.At(string.Join('.', p)))).ToList();
        if (message.StartsWith("all or none ", StringComparison.Ordinal))
        {
            names.Except(set).ToList().ForEach(SetSample);
        }
        else if (set.Count > 1)
        {
            // One too many.
            set.Skip(1).ToList().ForEach(p => Set(p, Null.Value));
        }
        else
        {
            SetSample(names[0]);
        }
    }

    private void SetSample(IReadOnlyList<string> path) => Set(path, Sample(FieldAt(path)));

    private static IEnumerable<string> QuotedNames(string message) => message.Split('\'').Where((_, i) => i % 2 == 1);

    private FieldSchema? FieldAt(IReadOnlyList<string> path) => schema.FieldAt(string.Join('.', path));

    private static bool HoldsSecrets(FieldSchema? field) =>
        field is null || field.IsEncrypted || field.IsReferenceable || field.Elements is { IsReferenceable: true } or { IsEncrypted: true };

    private static object Sample(FieldSchema? field)
    {
        if (field is null)
        {
            return Unknown;
        }

        if (!KongValue.IsEmpty(field.Default))
        {
            return KongValue.DeepCopy(field.Default!);
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
            FieldType.Record when field.Record is { Fields: [var first, ..] } => new KongTable { [first.Key] = Sample(first.Value) },
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
