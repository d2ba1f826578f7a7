using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Migrator.Output;

/// <summary>
/// The members of a JSON object, in order. A value is a text, a number, a truth value, null, another object, a list of such, or
/// <see cref="RawJson"/>.
/// </summary>
internal sealed class JsonMembers : List<(string Name, object? Value)>
{
    /// <summary>An object.</summary>
    public static JsonMembers Of(params JsonMembers members) => members;

    /// <summary>A member, or none if its value is null.</summary>
    public static JsonMembers Optional(string name, object? value) => value is null ? [] : [(name, value)];

    /// <summary>Writes the object as a command's answer: indented for people, or on one line for a log.</summary>
    public void WriteTo(TextWriter writer, bool isOneLine)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = !isOneLine, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            Write(json, this);
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Writes the members, without the braces.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        foreach (var (name, value) in this)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null or string:
                json.WriteStringValue((string?)value);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case RawJson raw:
                json.WriteRawValue(raw.Text, skipInputValidation: true);
                break;
            case JsonMembers members:
                json.WriteStartObject();
                members.WriteTo(json);
                json.WriteEndObject();
                break;
            case IEnumerable<object?> items:
                json.WriteStartArray();
                foreach (var item in items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}

/// <summary>A value that is JSON already.</summary>
internal sealed record RawJson(string Text);
