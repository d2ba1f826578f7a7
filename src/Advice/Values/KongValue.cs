using System.Runtime.InteropServices;
using System.Text.Json;
using Migrator.Native;

namespace Migrator.Advice.Values;

/// <summary>Values as Kong holds them, and JSON.</summary>
internal static class KongValue
{
    // Deeper than any schema; a value below is taken for null.
    private const int MaxDepth = 100;

    // Kong: its library (cjson) reads a value of 1,000 levels; a row is one more.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1001 };

    /// <summary>Reads JSON in UTF-8. Of two members of one name the last counts.</summary>
    /// <exception cref="UnreadableJsonException">It cannot be read.</exception>
    public static object Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        try
        {
            reader.Read();
            var value = Read(ref reader, 0);

            // Something behind the value is a mistake, which the reader finds.
            reader.Read();
            return value;
        }
        catch (JsonException e)
        {
            throw new UnreadableJsonException(
                reader.CurrentDepth >= Options.MaxDepth - 1 ? "It is nested more than 1,000 levels deep." : "It is not valid JSON.", e);
        }
        catch (InvalidOperationException e)
        {
            throw new UnreadableJsonException("It has text that is not valid UTF-8, or half of a surrogate pair.", e);
        }
    }

    /// <summary>The value of an element of JSON.</summary>
    public static object From(JsonElement element) => Parse(JsonMarshal.GetRawUtf8Value(element));

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

    private static object Read(ref Utf8JsonReader reader, int depth)
    {
        if (depth > MaxDepth)
        {
            reader.Skip();
            return Null.Value;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var table = new KongTable();
                while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    table[name] = Read(ref reader, depth + 1);
                }

                return table;
            case JsonTokenType.StartArray:
                var items = new List<object>();
                while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, depth + 1));
                }

                return KongTable.Of(items);
            case JsonTokenType.String:
                return reader.GetString()!;
            case JsonTokenType.Number:
                return reader.GetDouble();
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                return Null.Value;
        }
    }
}
