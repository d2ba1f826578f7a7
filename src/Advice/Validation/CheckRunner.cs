using Migrator.Advice.Schemas;
using Migrator.Advice.Values;

namespace Migrator.Advice.Validation;

/// <summary>Validates a record against the rules for several of its fields.</summary>
/// <param name="schema">The schema.</param>
/// <param name="record">The record.</param>
/// <param name="isComplete">Whether a required field must be there.</param>
/// <param name="errors">The errors so far, to which those of the rules are added.</param>
internal readonly struct CheckRunner(RecordSchema schema, KongTable record, bool isComplete, ErrorTree errors)
{
    /// <summary>Runs one rule.</summary>
    public void Run(EntityCheck check)
    {
        if (check.Kind is not EntityCheckKind.Unknown && IsRunnable(check) && Check(check) is { } message)
        {
            errors.Add(message, check.Fields);
        }
    }

    private bool IsRunnable(EntityCheck check)
    {
        List<string>? missing = null;
        var isAnythingSet = false;
        var isValid = true;
        foreach (var name in check.Fields)
        {
            var value = record.At(name);
            if (value is null)
            {
                if (!check.RunsWithMissingFields && check.Required.Contains(name, StringComparer.Ordinal))
                {
                    (missing ??= []).Add(name);
                }
            }
            else
            {
                isAnythingSet = true;
                if (KongValue.IsReference(value) && schema.FieldAt(name) is { Type: FieldType.String, IsReferenceable: true })
                {
                    return false;
                }
            }

            isValid &= !errors.Has(name);
        }

        if (!isValid && !check.RunsWithInvalidFields || !isAnythingSet && !(check.RunsWithMissingFields && isComplete))
        {
            return false;
        }

        missing?.ForEach(ReportMissing);
        return missing is null;
    }

    private void ReportMissing(string name) => errors.SetAt(name, KongMessages.RequiredForCheck);

    private string? Check(EntityCheck check)
    {
        var names = check.Fields;
        switch (check.Kind)
        {
            case EntityCheckKind.AtLeastOneOf:
                return Count(names) > 0
                    ? null
                    : $"when updating, at least one of these fields must be non-empty: {KongMessages.Quoted(names)}";
            case EntityCheckKind.OnlyOneOf:
                return Count(names) == 1 ? null : $"exactly one of these fields must be non-empty: {KongMessages.Quoted(names)}";
            case EntityCheckKind.Distinct:
                return AreDistinct(names) ? null : $"values of these fields must be distinct: {KongMessages.Quoted(names)}";
            case EntityCheckKind.MutuallyRequired:
                return Count(names) == 0 || Count(names) == names.Count
                    ? null
                    : $"all or none of these fields must be set: {KongMessages.Quoted(names)}";
            case EntityCheckKind.MutuallyExclusive:
                return Count(names) <= 1 ? null : $"only one or none of these fields must be set: {KongMessages.Quoted(names)}";
            case EntityCheckKind.MutuallyExclusiveSets:
                return Sets(check);
            case EntityCheckKind.Conditional:
                return Conditional(check);
            case EntityCheckKind.ConditionalAtLeastOneOf:
                return ConditionalAtLeastOneOf(check);
            default:
                return check.Rule?.Invoke(record);
        }
    }

    private string? Sets(EntityCheck check)
    {
        var (first, second) = (NonEmpty(check.FirstSet), NonEmpty(check.SecondSet));
        return first.Count > 0 && second.Count > 0
            ? $"these sets are mutually exclusive: ({KongMessages.Quoted(first)}), ({KongMessages.Quoted(second)})"
            : null;
    }

    private string? Conditional(EntityCheck check)
    {
        if (check.IfMatch is null || check.ThenMatch is null || FieldValidator.Check(check.IfMatch, record.At(check.IfField)) is not null)
        {
            return null;
        }

        var value = record.At(check.ThenField) ?? Null.Value;
        var isMissing = check.ThenMatch.IsRequired && value is Null;
        var error = isMissing ? KongMessages.Required : FieldValidator.Check(check.ThenMatch, value);
        if (error is null)
        {
            return null;
        }

        errors.SetAt(check.ThenField, error);
        var message = $"failed conditional validation given value of field '{check.IfField}'";
        return isMissing ? message : check.ThenMessage?.Replace("%s", check.IfField, StringComparison.Ordinal) ?? message;
    }

    private string? ConditionalAtLeastOneOf(EntityCheck check)
    {
        if (record.At(check.IfField) is not { } value || check.IfMatch is null)
        {
            return null;
        }

        if (FieldValidator.Check(check.IfMatch, value) is null)
        {
            return Demand(check.ThenFields, check.ThenMessage);
        }

        return check.ElseMatch is not null && FieldValidator.Check(check.ElseMatch, value) is null
            ? Demand(check.ElseFields, check.ElseMessage)
            : null;
    }

    private string? Demand(IReadOnlyList<string> names, string? message)
    {
        if (Count(names) > 0)
        {
            return null;
        }

        var list = KongMessages.Quoted(names);
        return message?.Replace("%s", list, StringComparison.Ordinal)
            ?? $"when updating, at least one of these fields must be non-empty: {list}";
    }

    private bool AreDistinct(IReadOnlyList<string> names)
    {
        var values = NonEmpty(names).Select(record.At).ToList();
        return values.Distinct().Count() == values.Count;
    }

    private int Count(IReadOnlyList<string> names) => NonEmpty(names).Count;

    private List<string> NonEmpty(IReadOnlyList<string> names)
    {
        var table = record;
        return [.. names.Where(n => !KongValue.IsEmpty(table.At(n)))];
    }
}
