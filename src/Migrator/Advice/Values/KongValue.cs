using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Migrator.Advice.Values;

/// <summary>Values as Kong holds them, and JSON.</summary>
internal static class KongValue
{
    // Deeper than any schema; a value below is taken for null.
    private const int MaxDepth = 100;

    /// <summary>The value of a node of JSON.</summary>
    public static object From(JsonNode? node) => From(node, 0);

    /// <summary>The value of an element of JSON.</summary>
    public static object From(JsonElement element) => From(element, 0);

    /// <summary>A copy of a value and of everything in it.</summary>
    public static object DeepCopy(object value)
    {
        if (value is not KongTable table)
        {
            return value;
        }

        var copy = new KongTable();
        if (table.Items.Count > 0)
        {
            copy.SetItems([.. table.Items.Select(DeepCopy)]);
        }

        foreach (var (name, member) in table.Fields)
        {
            copy[name] = DeepCopy(member);
        }

        return copy;
    }

    /// <summary>Whether two values are equal, with everything in them.</summary>
    public static bool DeepEquals(object? one, object? other) => (one, other) switch
    {
        (KongTable a, KongTable b) => a.Items.Count == b.Items.Count && a.Fields.Count == b.Fields.Count
            && a.Items.Zip(b.Items).All(pair => DeepEquals(pair.First, pair.Second))
            && a.Fields.All(pair => DeepEquals(pair.Value, b[pair.Key])),
        _ => Equals(one, other),
    };

    /// <summary>Whether Kong takes a value for empty: missing, null, an empty text or an empty table.</summary>
    public static bool IsEmpty(object? value) => value is null or Null or "" or KongTable { IsEmpty: true };

    /// <summary>Whether a text refers to a secret in a vault.</summary>
    public static bool IsReference(object? value) =>
        value is string text && text.StartsWith("{vault://", StringComparison.Ordinal) && text.EndsWith('}');

    /// <summary>A value as Lua's <c>tostring</c> writes it.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "nil",
        double number => LuaNumber.Format(number),
        bool truth => truth ? "true" : "false",
        KongTable => "table",
        _ => value.ToString()!,
    };

    /// <summary>Writes a value as JSON.</summary>
    public static void Write(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case KongTable { Fields.Count: > 0 } table:
                writer.WriteStartObject();
                foreach (var (name, member) in table.Fields)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            case KongTable list:
                writer.WriteStartArray();
                foreach (var element in list.Items)
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static object From(JsonNode? node, int depth)
    {
        if (node is null || depth > MaxDepth)
        {
            return Null.Value;
        }

        switch (node)
        {
            case JsonObject members:
                var table = new KongTable();
                foreach (var (name, member) in members)
                {
                    table[name] = From(member, depth + 1);
                }

                return table;
            case JsonArray elements:
                return KongTable.Of(elements.Select(e => From(e, depth + 1)));
            default:
                return FromScalar(node.AsValue());
        }
    }

    private static object FromScalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.TryGetValue<string>(out var text) ? text : Unquoted(value),
        JsonValueKind.Number => value.TryGetValue<double>(out var number) ? number : Number(value.ToJsonString()),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Null.Value,
    };

    // A date or a GUID that a program put into the node.
    private static string Unquoted(JsonValue value) => value.ToJsonString().Trim('"');

    private static object From(JsonElement element, int depth)
    {
        if (depth > MaxDepth)
        {
            return Null.Value;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var table = new KongTable();
                foreach (var member in element.EnumerateObject())
                {
                    table[member.Name] = From(member.Value, depth + 1);
                }

                return table;
            case JsonValueKind.Array:
                return KongTable.Of(element.EnumerateArray().Select(e => From(e, depth + 1)));
            case JsonValueKind.String:
                return element.GetString()!;
            case JsonValueKind.Number:
                return Number(element.GetRawText());
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return Null.Value;
        }
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
