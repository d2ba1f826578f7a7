using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Migrator.Display;
using Migrator.Errors;

namespace Migrator.Output;

/// <summary>Writes one JSON object as a command's answer: indented for people, or on one line for a log.</summary>
internal static class JsonAnswer
{
    /// <summary>Writes an answer, a record that <see cref="AnswerContext"/> lists.</summary>
    public static void Write(TextWriter writer, object answer, bool isOneLine = false) =>
        Write(writer, json => JsonSerializer.Serialize(json, answer, AnswerContext.Default.GetTypeInfo(answer.GetType())!), isOneLine);

    /// <summary>Writes an object that has no record.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="content">Writes the object.</param>
    /// <param name="isOneLine">Whether to write the object on one line.</param>
    public static void Write(TextWriter writer, Action<Utf8JsonWriter> content, bool isOneLine = false)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = !isOneLine, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            content(json);
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}

/// <summary>The answers that are records. The keys are their names in snake case.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AdviceAnswer))]
[JsonSerializable(typeof(CheckAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(NodesAnswer))]
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(ResetAnswer))]
[JsonSerializable(typeof(RunAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(UnconfirmedAnswer))]
[JsonSerializable(typeof(VerifyAnswer))]
[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class AnswerContext : JsonSerializerContext;

/// <summary>The answer of a command that failed.</summary>
internal sealed record ErrorAnswer(ErrorMembers Error);

/// <summary>An error.</summary>
internal sealed record ErrorMembers(string Code, int ExitCode, string Message, string? Cause, string Remedy)
{
    /// <summary>Creates the members of an error.</summary>
    public static ErrorMembers Of(MigratorException error) => new(
        Errors.ExitCode.Name(error.ExitCode),
        error.ExitCode,
        DisplayText.Cut(error.Message, DisplayText.MaxLineLength),
        error.Cause is null ? null : DisplayText.Cut(error.Cause, DisplayText.MaxBlockLength),
        DisplayText.Cut(error.Remedy, DisplayText.MaxBlockLength));
}
