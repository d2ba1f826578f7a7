using Migrator.Advice.Schemas;
using Migrator.Advice.Validation;
using Migrator.Advice.Values;
using Migrator.Display;

namespace Migrator.Advice;

/// <summary>Why the gateway refuses a value.</summary>
internal static class Reasons
{
    private const int MaxValueLength = 100;

    /// <summary>The reason for one error.</summary>
    public static string Of(FieldDiagnostic diagnostic, RecordSchema schema, KongTable entity, AdvisorOptions options)
    {
        if (diagnostic.IsOfEntity)
        {
            return $"Gateway {options.GatewayVersion} checks these fields together whenever the row is changed.";
        }

        if (diagnostic.Message is KongMessages.Required or KongMessages.RequiredForCheck)
        {
            return $"Gateway {options.GatewayVersion} requires the field, and it has no value.";
        }

        return Find(diagnostic, schema, entity) is { } value
            ? $"{Text(diagnostic.Path)} is {value}."
            : $"The rules of gateway {options.GatewayVersion} do not allow the value.";
    }

    /// <summary>What a null, which the gateway demands, would change; null if nothing.</summary>
    public static string? OfWidening(string table, FieldDiagnostic diagnostic) => (table, diagnostic.Path) switch
    {
        ("routes", ["sources" or "destinations"]) when diagnostic.Message.StartsWith("cannot set ", StringComparison.Ordinal) =>
            " With null the route takes requests of every address; the plugin ip-restriction limits them.",
        ("plugins", ["consumer" or "route" or "service"]) when diagnostic.Message == "value must be null" =>
            " With null the plugin is one of every request of its route and service, or of all.",
        _ => null,
    };

    private static string Text(IReadOnlyList<string> path) => string.Concat(path.Select((p, i) =>
        p is [>= '0' and <= '9', ..] ? $"[{p}]" : i == 0 ? p : "." + p));

    // The value, unless it may be a secret.
    private static string? Find(FieldDiagnostic diagnostic, RecordSchema schema, KongTable entity)
    {
        object? value = entity;
        FieldSchema? field = null;
        var record = schema;
        foreach (var part in diagnostic.Path)
        {
            var isIndex = int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index);
            field = isIndex ? field?.Elements : record?.Field(part);
            if (field is null || field.IsEncrypted || field.IsReferenceable || value is not KongTable members)
            {
                return null;
            }

            value = isIndex ? (index <= members.Items.Count && index > 0 ? members.Items[index - 1] : null) : members[part];
            record = field.Record;
        }

        return value switch
        {
            string text => $"'{DisplayText.Cut(text, MaxValueLength)}'",
            double or bool or Null => KongValue.ToText(value),
            KongTable table when diagnostic.Message.StartsWith("expected a", StringComparison.Ordinal) =>
                table is { IsSequence: true, IsEmpty: false } ? "an array" : "an object",
            _ => null,
        };
    }
}
