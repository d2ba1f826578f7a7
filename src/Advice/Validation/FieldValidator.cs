using System.Text;
using Migrator.Advice.Schemas;
using Migrator.Advice.Syntax;
using Migrator.Advice.Values;
using Migrator.Native;

namespace Migrator.Advice.Validation;

/// <summary>Validates one value against the rules of its field.</summary>
internal static class FieldValidator
{
    /// <summary>The most errors that are looked for in a list.</summary>
    public const int MaxErrors = 101;

    private const int UuidLength = 36;

    /// <summary>Checks a value.</summary>
    /// <param name="field">The rules.</param>
    /// <param name="value">The value; null if it is missing.</param>
    /// <returns>A message, or the <see cref="ErrorTree"/> of a record or an array; null if there is nothing wrong.</returns>
    public static object? Check(FieldSchema field, object? value)
    {
        if (value is Null)
        {
            return CheckNull(field);
        }

        if (field.EqualTo is Null)
        {
            return field.Message ?? "value must be null";
        }

        if (field.IsAbstract)
        {
            return null;
        }

        if (CheckType(field, value) is { } error)
        {
            return error;
        }

        return value is string && field.IsReferenceable && KongValue.IsReference(value) || field.Type is FieldType.Json
            ? null
            : CheckLimits(field, value!);
    }

    private static string? CheckNull(FieldSchema field)
    {
        if (field.NotEqualTo is Null)
        {
            return field.Message ?? "value must not be null";
        }

        if (field.EqualTo is not (null or Null))
        {
            return EqualMessage(field.EqualTo);
        }

        return field.IsRequired ? KongMessages.Required : null;
    }

    private static object? CheckType(FieldSchema field, object? value)
    {
        switch (field.Type)
        {
            case FieldType.Array or FieldType.Set:
                return value is KongTable { IsSequence: true } list
                    ? CheckElements(field, list)
                    : KongMessages.Expected(field.Type is FieldType.Array ? "an array" : "a set");
            case FieldType.Map:
                return value is KongTable map ? CheckMembers(field, map) : KongMessages.Expected("a map");
            case FieldType.Record:
                return value is KongTable record ? CheckRecord(field, record) : KongMessages.Expected("a record");
            case FieldType.Foreign:
                return CheckReference(value);
            case FieldType.Integer:
                return value is double number && double.IsFinite(number) && Math.Floor(number) == number
                    ? null
                    : KongMessages.Expected("an integer");
            case FieldType.Number:
                return value is double ? null : KongMessages.Expected("a number");
            case FieldType.Boolean:
                return value is bool ? null : KongMessages.Expected("a boolean");
            case FieldType.String:
                return value is string ? null : KongMessages.Expected("a string");
            default:
                return null;
        }
    }

    private static ErrorTree? CheckElements(FieldSchema field, KongTable list)
    {
        if (field.Elements is null)
        {
            return null;
        }

        ErrorTree? errors = null;
        for (var (i, found) = (0, 0); i < list.Items.Count && found < MaxErrors; i++)
        {
            if (Check(field.Elements, list.Items[i]) is { } error)
            {
                (errors ??= new ErrorTree()).Set(LuaNumber.Format(i + 1), error);
                found++;
            }
        }

        return errors;
    }

    // Kong reports the first error only. The index of an array is no text, as names of members are.
    private static object? CheckMembers(FieldSchema field, KongTable map)
    {
        if (map.Items.Count > 0 && field.Keys is { Type: FieldType.String })
        {
            return KongMessages.Expected("a string");
        }

        foreach (var (name, member) in map.Fields)
        {
            var error = (field.Keys is null ? null : Check(field.Keys, name))
                ?? (field.Values is null ? null : Check(field.Values, member));
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static ErrorTree? CheckRecord(FieldSchema field, KongTable record)
    {
        if (field.Record is null)
        {
            return null;
        }

        var copy = record.Copy();
        var errors = Normalizer.Complete(field.Record, copy) ?? RecordValidator.Check(field.Record, copy, isComplete: true);
        return errors.Any ? errors : null;
    }

    private static ErrorTree? CheckReference(object? value)
    {
        var errors = new ErrorTree();
        var id = (value as KongTable)?["id"];
        errors.Set("id", id switch
        {
            null or false => KongMessages.MissingKey,
            Null => KongMessages.Required,
            string text => IsUuid(text) ? null : KongMessages.Uuid,
            _ => KongMessages.Expected("a string"),
        });
        return errors.Any ? errors : null;
    }

    private static string? CheckLimits(FieldSchema field, object value)
    {
        var error = CheckChoice(field, value) ?? CheckNumber(field, value) ?? CheckText(field, value) ?? CheckLength(field, value)
            ?? (value as string is { } text ? CheckPatterns(field, text) : null)
            ?? CheckContents(field, value);
        return error is null ? null : field.Message ?? error;
    }

    private static string? CheckChoice(FieldSchema field, object value)
    {
        if (field.EqualTo is not null && !Equals(field.EqualTo, value))
        {
            return EqualMessage(field.EqualTo);
        }

        if (field.NotEqualTo is not null && Equals(field.NotEqualTo, value))
        {
            return "value must not be " + KongValue.ToText(value);
        }

        if (field.NotOneOf is not null && field.NotOneOf.Contains(value))
        {
            return "must not be one of: " + List(field.NotOneOf);
        }

        return field.OneOf is not null && !field.OneOf.Contains(value) ? "expected one of: " + List(field.OneOf) : null;
    }

    private static string? CheckNumber(FieldSchema field, object value)
    {
        if (value is not double number)
        {
            return null;
        }

        if (number <= field.GreaterThan)
        {
            return "value must be greater than " + LuaNumber.Format(field.GreaterThan.Value);
        }

        if (field.IsTimestamp && number <= 0)
        {
            return KongMessages.Timestamp;
        }

        return field.Between is { } range && (number < range.Low || number > range.High)
            ? $"value should be between {LuaNumber.Integer(range.Low)} and {LuaNumber.Integer(range.High)}"
            : null;
    }

    private static string? CheckText(FieldSchema field, object value)
    {
        if (value is not string text)
        {
            return null;
        }

        if (field.IsUuid && !IsUuid(text))
        {
            return KongMessages.Uuid;
        }

        return field.IsRegex && GatewayLibraries.CheckRegex(text) is not null ? "not a valid regex: " + text : null;
    }

    private static string? CheckLength(FieldSchema field, object value)
    {
        int length;
        switch (value)
        {
            case string text:
                length = Encoding.UTF8.GetByteCount(text);
                break;
            case KongTable table:
                length = table.Items.Count + (field.Type is FieldType.Map ? table.Fields.Count : 0);
                break;
            default:
                return null;
        }

        // An empty text is allowed only where the schema says so.
        var shortest = field.MinLength ?? (field.Type is FieldType.String ? 1 : 0);
        if (field.Length is { } exact && length != exact)
        {
            return "length must be " + LuaNumber.Format(exact);
        }

        if (length < shortest)
        {
            return "length must be at least " + LuaNumber.Format(shortest);
        }

        return length > field.MaxLength ? "length must be at most " + LuaNumber.Format(field.MaxLength.Value) : null;
    }

    private static string? CheckPatterns(FieldSchema field, string text)
    {
        if (field.StartsWith is not null && !text.StartsWith(field.StartsWith, StringComparison.Ordinal))
        {
            return "should start with: " + field.StartsWith;
        }

        if (field.NotMatch?.IsIn(text) is true)
        {
            return Invalid(text);
        }

        if (field.MatchNone?.FirstOrDefault(p => p.Pattern.IsIn(text) is true) is { } forbidden)
        {
            return forbidden.Message ?? Invalid(text);
        }

        if (field.Match?.IsIn(text) is false)
        {
            return Invalid(text);
        }

        if (field.MatchAll?.FirstOrDefault(p => p.Pattern.IsIn(text) is false) is { } missed)
        {
            return missed.Message ?? Invalid(text);
        }

        return field.MatchAny is not null && field.MatchAny.Patterns.All(p => p.IsIn(text) is false)
            ? field.MatchAny.Message ?? Invalid(text)
            : null;
    }

    private static string? CheckContents(FieldSchema field, object value)
    {
        if (field.Contains is not null && value is KongTable list && !list.Items.Contains(field.Contains))
        {
            return "expected to contain: " + KongValue.ToText(field.Contains);
        }

        return field.Rule?.Invoke(value)
            ?? (field.ExclusiveSubsets is not null && value is KongTable set ? CheckSubsets(field, set) : null);
    }

    private static string? CheckSubsets(FieldSchema field, KongTable set)
    {
        var used = set.Items.Select(item => field.ExclusiveSubsets!.LastOrDefault(s => s.Contains(item))).OfType<IReadOnlyList<object>>()
            .Distinct().ToList();
        return used.Count > 1
            ? "these sets are mutually exclusive: "
                + string.Join(", ", used.Select(s => $"({KongMessages.Quoted(s.Select(KongValue.ToText))})"))
            : null;
    }

    private static bool IsUuid(string text) => text.Length == UuidLength && text.Index().All(c =>
        c.Index is 8 or 13 or 18 or 23 ? c.Item == '-' : char.IsAsciiHexDigit(c.Item));

    private static string EqualMessage(object wanted) => "value must be " + KongValue.ToText(wanted);

    private static string Invalid(string text) => "invalid value: " + text;

    private static string List(IEnumerable<object> values) => string.Join(", ", values.Select(KongValue.ToText));
}
