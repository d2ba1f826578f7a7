namespace Migrator.Advice.Validation;

/// <summary>What is wrong with a record: an error for a field is a message or, for a record, array or reference, errors again.</summary>
internal sealed class ErrorTree
{
    /// <summary>The name under which errors of several fields are reported.</summary>
    public const string EntityName = "@entity";

    private readonly Dictionary<string, object> byField = new(StringComparer.Ordinal);
    private readonly List<(string Message, IReadOnlyList<string> Fields)> ofEntity = [];

    /// <summary>Whether there are errors.</summary>
    public bool Any => byField.Count > 0 || ofEntity.Count > 0;

    /// <summary>Whether a field has an error.</summary>
    public bool Has(string field) => byField.ContainsKey(field);

    /// <summary>Reports an error of a field; null reports none.</summary>
    public void Set(string field, object? error)
    {
        if (error is not null)
        {
            byField[field] = error;
        }
    }

    /// <summary>Reports an error at a path with dots. Where a record on the way has an error of its own, that error stays.</summary>
    public void SetAt(string path, object error)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            byField[path] = error;
            return;
        }

        var name = path[..dot];
        if (!byField.TryGetValue(name, out var inner))
        {
            inner = new ErrorTree();
            byField[name] = inner;
        }

        (inner as ErrorTree)?.SetAt(path[(dot + 1)..], error);
    }

    /// <summary>Reports an error of several fields.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="fields">The paths of the fields, with dots.</param>
    public void Add(string message, IReadOnlyList<string> fields) => ofEntity.Add((message, fields));

    /// <summary>All errors with the paths of their fields.</summary>
    public IEnumerable<FieldDiagnostic> Flatten() => Flatten([]);

    private IEnumerable<FieldDiagnostic> Flatten(IReadOnlyList<string> path)
    {
        foreach (var (message, fields) in ofEntity)
        {
            yield return new FieldDiagnostic([.. path, EntityName], message) { Fields = fields };
        }

        foreach (var (name, error) in byField)
        {
            IReadOnlyList<string> inner = [.. path, name];
            if (error is ErrorTree nested)
            {
                foreach (var diagnostic in nested.Flatten(inner))
                {
                    yield return diagnostic;
                }
            }
            else
            {
                yield return new FieldDiagnostic(inner, (string)error);
            }
        }
    }
}

/// <summary>One error.</summary>
/// <param name="Path">The path of the field; an element of an array is a number, counted from 1.</param>
/// <param name="Message">What Kong says.</param>
internal sealed record FieldDiagnostic(IReadOnlyList<string> Path, string Message)
{
    /// <summary>The paths of the fields that it is about, with dots, in their record; empty if it is about one.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whether it is about several fields.</summary>
    public bool IsOfEntity => Path[^1] == ErrorTree.EntityName;
}
