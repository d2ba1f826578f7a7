using System.Text.Json;

namespace Migrator.Iam.Aws;

/// <summary>Credentials read from the JSON format of instance metadata, container endpoints and <c>credential_process</c>.</summary>
/// <param name="Keys">The credentials; null if the JSON has a mistake.</param>
/// <param name="Diagnostic">What is wrong, as a sentence about "it" that quotes no part of the JSON; empty if there is none.</param>
internal sealed record CredentialJson(AwsKeys? Keys, string Diagnostic)
{
    /// <summary>Reads credentials from JSON.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="tokenName">The name of the session token in the JSON.</param>
    /// <param name="source">The source, as text for messages.</param>
    /// <param name="hasVersion">Whether the JSON must have <c>"Version": 1</c>, a number.</param>
    public static CredentialJson Read(ReadOnlyMemory<byte> json, string tokenName, string source, bool hasVersion = false)
    {
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return new(Keys: null, "it is empty");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement, tokenName, source, hasVersion)
                : new(Keys: null, "it is not a JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The parser's message may quote the JSON.
            return new(Keys: null, "it is not JSON");
        }
    }

    private static CredentialJson Read(JsonElement root, string tokenName, string source, bool hasVersion)
    {
        var (id, idDiagnostic) = Text(root, "AccessKeyId");
        var (key, keyDiagnostic) = Text(root, "SecretAccessKey");
        var (token, tokenDiagnostic) = Text(root, tokenName);
        var (expires, expiresDiagnostic) = Time(root, "Expiration");
        var diagnostic = (hasVersion ? DiagnosticOfVersion(root) : null) ?? idDiagnostic
            ?? CredentialFields.DiagnosticOfKeyId("AccessKeyId", id)
            ?? keyDiagnostic ?? CredentialFields.DiagnosticOfSecretKey("SecretAccessKey", key)
            ?? tokenDiagnostic ?? CredentialFields.DiagnosticOfToken(tokenName, token)
            ?? expiresDiagnostic;
        return diagnostic is null ? new(AwsKeys.From(id!, key!, token, expires, source), "") : new(Keys: null, diagnostic + Code(root));
    }

    private static string? DiagnosticOfVersion(JsonElement root) =>
        !root.TryGetProperty("Version", out var version) ? "Version is missing, it has to be the number 1"
        : version.ValueKind == JsonValueKind.Number && version.TryGetDouble(out var number) && number == 1 ? null
        : "Version is not the number 1";

    // Instance metadata gives the reason for missing credentials in Code.
    private static string Code(JsonElement root) =>
        Text(root, "Code").Value is { Length: > 0 and <= 64 } code and not "Success" && code.All(char.IsAsciiLetter)
            ? $" (Code: {code})"
            : "";

    private static (string? Value, string? Diagnostic) Text(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var value) ? (null, null) : value.ValueKind switch
        {
            JsonValueKind.String => (value.GetString(), null),
            JsonValueKind.Null => (null, null),
            _ => (null, $"{name} is not a string"),
        };

    private static (DateTimeOffset? Value, string? Diagnostic) Time(JsonElement root, string name) => Text(root, name) switch
    {
        (null, var diagnostic) => ((DateTimeOffset?)null, diagnostic),
        ({ } text, _) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? (at, null)
            : (null, $"{name} is not a time"),
    };
}
