using Migrator.Advice.Schemas;
using Migrator.Advice.Validation;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>
/// Finds the changes with which the gateway accepts a row. They are judged again, so that no wrong value is proposed. Where only the
/// operator knows the value, it says so.
/// </summary>
/// <param name="row">The row.</param>
/// <param name="judge">Judges a row, and may change it.</param>
internal sealed class RowRepair(KongTable row, Func<KongTable, Judgement> judge)
{
    /// <summary>What stands for a value that only the operator knows.</summary>
    public const string Unknown = "REPLACE_ME";

    private const int MaxRounds = 5;

    // What the gateway proposes stands between these.
    private const string BeforeSuggestion = "consider use '";
    private const string AfterSuggestion = "' instead";

    private RowEdit edit = null!;

    /// <summary>Finds the changes.</summary>
    /// <param name="judgement">What is wrong with the row.</param>
    public RowEdit Find(Judgement judgement)
    {
        edit = new RowEdit(judgement.Schema);
        var open = Open(judgement);
        for (var round = 0; round < MaxRounds && open.Count > 0; round++)
        {
            // What the gateway stops on is refused too: the values that are known may correct both.
            var known = open.FindAll(f => f.Fix is not null || f.IsRemoved);
            (known.Count > 0 ? known : open).ForEach(f => Add(f, judgement.Entity));
            var corrected = (KongTable)KongValue.DeepCopy(row);
            edit.ApplyTo(corrected);
            judgement = judge(corrected);
            open = Open(judgement);
        }

        open.ForEach(f => GiveUp(f, judgement.Entity));
        return edit;
    }

    /// <summary>What stands for a value of a field that only the operator knows.</summary>
    public static object UnknownOf(FieldSchema? field) => field?.Type switch
    {
        FieldType.Array or FieldType.Set => KongTable.Of([UnknownOf(field.Elements)]),
        FieldType.Map => new KongTable { [Unknown] = UnknownOf(field.Values) },
        FieldType.Foreign => new KongTable { ["id"] = Unknown },
        _ => Unknown,
    };

    private List<RowDiagnostic> Open(Judgement judgement) => [.. judgement.Diagnostics.Where(f => f.IsCorrectable && !IsUnknown(f))];

    private bool IsUnknown(RowDiagnostic diagnostic) => IsOfEntity(diagnostic)
        ? PathsOf(diagnostic).Concat(diagnostic.Fields.Select(n => Absolute(diagnostic, n))).Any(edit.IsUnknownAt)
        : edit.IsUnknownAt(diagnostic.Path);

    private void Add(RowDiagnostic diagnostic, KongTable entity)
    {
        var path = diagnostic.Path;
        if (diagnostic.IsRemoved)
        {
            edit.Remove(path);
        }
        else if (path.Count == 0)
        {
            (diagnostic.Fix as KongTable)?.Fields.ToList().ForEach(f => edit.Set([f.Key], f.Value, entity));
        }
        else if (IsOfEntity(diagnostic))
        {
            AddForEntity(diagnostic, entity);
        }
        else if (diagnostic.Fix is null && edit.FieldAt(path) is { Type: FieldType.Record } && RowEdit.At(entity, path) is KongTable record)
        {
            var named = record.Fields.Where(m => diagnostic.Message.Contains(m.Key, StringComparison.Ordinal)).Select(m => m.Key).ToList();
            named.ForEach(name => SetUnknown([.. path, name], entity));
            if (named.Count == 0)
            {
                edit.Set(path, Unknown, entity);
            }
        }
        else
        {
            var field = FieldAt(path);
            var value = diagnostic.IsOfMeaning ? UnknownOf(field) : Corrected(diagnostic.Message, RowEdit.At(entity, path), field);
            edit.Set(path, diagnostic.Fix ?? value, entity);
        }
    }

    // What was tried is refused too.
    private void GiveUp(RowDiagnostic diagnostic, KongTable entity)
    {
        foreach (var path in IsOfEntity(diagnostic) ? PathsOf(diagnostic).Take(1) : diagnostic.Path.Count > 0 ? [diagnostic.Path] : [])
        {
            SetUnknown(path, entity);
        }
    }

    private static bool IsOfEntity(RowDiagnostic diagnostic) => diagnostic.Path is [.., ErrorTree.EntityName];

    private static bool IsForbidden(string message) => message is "value must be null" or "length must be 0"
        || message.StartsWith("cannot set ", StringComparison.Ordinal);

    private static object Corrected(string message, object? value, FieldSchema? field)
    {
        if (IsForbidden(message))
        {
            return field?.NotEqualTo is bool forbidden ? !forbidden : Null.Value;
        }

        if (message == KongMessages.Required && field is { Default: { } standard })
        {
            return KongValue.DeepCopy(standard);
        }

        // What is no text of PostgreSQL is none of a row.
        if (message.EndsWith(AfterSuggestion, StringComparison.Ordinal)
            && message.IndexOf(BeforeSuggestion, StringComparison.Ordinal) is >= 0 and var start)
        {
            var suggestion = message[(start + BeforeSuggestion.Length)..^AfterSuggestion.Length];
            return suggestion.AsSpan().ContainsAny('\0', '\ufffd') ? Unknown : suggestion;
        }

        return value switch
        {
            string tag when message.StartsWith("invalid tag ", StringComparison.Ordinal) =>
                string.Concat(tag.Select(c => c is ',' or '/' or < ' ' or '\u007f' ? '-' : c)),
            string path when path.StartsWith('/') && message == "must not have empty segments" =>
                "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)),
            _ when message.StartsWith("expected a", StringComparison.Ordinal) => Converted(value, field) ?? UnknownOf(field),
            _ => UnknownOf(field),
        };
    }

    // The same value in the type of the field; null if there is none.
    private static object? Converted(object? value, FieldSchema? field) => (field?.Type, value) switch
    {
        (FieldType.Boolean, "true" or "false") => value is "true",
        (FieldType.Number or FieldType.Integer, string text)
            when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            number,
        (FieldType.String, double or bool) => KongValue.ToText(value),
        (FieldType.Array or FieldType.Set, string or double or bool) => KongTable.Of([value]),

        // A list with a null: see Normalizer.
        (FieldType.Array or FieldType.Set, KongTable list) when list.Fields.Keys.All(k => RowEdit.Index(k) is not null) =>
            KongTable.Of([.. list.Items, .. list.Fields.Where(f => f.Value is not Null)
                .OrderBy(f => RowEdit.Index(f.Key)).Select(f => f.Value)]),
        _ => null,
    };

    private void AddForEntity(RowDiagnostic diagnostic, KongTable entity)
    {
        var (message, paths) = (diagnostic.Message, PathsOf(diagnostic).ToList());
        if (diagnostic.Path.Any(p => p is [>= '0' and <= '9', ..]))
        {
            edit.Set([.. diagnostic.Path.SkipLast(1)], Unknown, entity);
        }
        else if (message.StartsWith("failed conditional", StringComparison.Ordinal) || paths.Count == 0)
        {
            // The field that the condition demands something of has an error of its own.
        }
        else if (message.Contains(" can only be set when ", StringComparison.Ordinal))
        {
            edit.Set(paths[0], Null.Value, entity);
        }
        else
        {
            var set = paths.Where(p => !KongValue.IsEmpty(RowEdit.At(entity, p))).ToList();
            var wrong = message.StartsWith("all or none ", StringComparison.Ordinal) ? [.. paths.Except(set)]
                : set.Count > 0 ? set : [paths.Find(p => p[^1] == "hosts") ?? paths[0]];
            wrong.ForEach(p => SetUnknown(p, entity));
        }
    }

    // The fields that a message names, or else those that the rule looks at.
    private IEnumerable<IReadOnlyList<string>> PathsOf(RowDiagnostic diagnostic)
    {
        var message = diagnostic.Message;
        var names = message.StartsWith("missing shared dict", StringComparison.Ordinal) ? (string[])["config.memory.dictionary_name"]
            : message.StartsWith("must set snis ", StringComparison.Ordinal) ? ["snis"]
            : message.Split(" when '")[0].Split('\'').Where((_, i) => i % 2 == 1);
        var named = names.Select(n => Absolute(diagnostic, n)).Where(p => edit.FieldAt(p) is not null).ToList();
        return named.Count > 0 ? named : diagnostic.Fields.Select(n => Absolute(diagnostic, n));
    }

    private static IReadOnlyList<string> Absolute(RowDiagnostic diagnostic, string name) =>
        [.. diagnostic.Path.SkipLast(1), .. name.Split('.')];

    private void SetUnknown(IReadOnlyList<string> path, KongTable entity) => edit.Set(path, UnknownOf(FieldAt(path)), entity);

    // Also of an element of a list, and of a member of a map.
    private FieldSchema? FieldAt(IReadOnlyList<string> path)
    {
        var field = edit.FieldAt(path.Take(1));
        foreach (var part in path.Skip(1))
        {
            field = field?.Type is FieldType.Record ? field.Record?.Field(part) : field?.Elements ?? field?.Values;
        }

        return field;
    }
}
