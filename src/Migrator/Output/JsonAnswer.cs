using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Display;
using Migrator.Errors;

namespace Migrator.Output;

/// <summary>Writes one JSON object as a command's answer: indented for people, or on one line for a log.</summary>
internal static class JsonAnswer
{
    private const int LongestBlock = 10 * DisplayText.MaxLineLength;

    /// <summary>Writes an object.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="content">Writes the members.</param>
    /// <param name="isOneLine">Whether to write the object on one line.</param>
    public static void Write(TextWriter writer, Action<Utf8JsonWriter> content, bool isOneLine = false)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = !isOneLine, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Writes an error as the member <c>error</c>.</summary>
    public static void WriteError(Utf8JsonWriter json, MigratorException error)
    {
        json.WriteStartObject("error");
        json.WriteString("code", ExitCode.Name(error.ExitCode));
        json.WriteNumber("exit_code", error.ExitCode);
        json.WriteString("message", DisplayText.Cut(error.Message, DisplayText.MaxLineLength));
        json.WriteString("cause", error.Cause is null ? null : DisplayText.Cut(error.Cause, LongestBlock));
        json.WriteString("remedy", DisplayText.Cut(DisplayText.Sql(error.Remedy), LongestBlock));
        json.WriteEndObject();
    }
}
