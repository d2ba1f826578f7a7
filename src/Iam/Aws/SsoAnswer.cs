using System.Text.Json;

namespace Migrator.Iam.Aws;

/// <summary>Checks answers of IAM Identity Center before the SDK, whose exceptions quote answers that it cannot parse.</summary>
internal static class SsoAnswer
{
    private const string Credentials = "/federation/credentials";

    /// <summary>Checks an answer, and removes the body of a refusal, of which only the status is used.</summary>
    /// <exception cref="AnswerException">It is not an answer of Identity Center.</exception>
    public static void Check(HttpResponseMessage response, AwsAnswer answer)
    {
        if (!response.IsSuccessStatusCode)
        {
            response.Content = new ByteArrayContent([]);
        }
        else if (Diagnostic(answer.Body, IsForCredentials(response)) is { } diagnostic)
        {
            throw answer.Unusable(diagnostic);
        }
    }

    private static bool IsForCredentials(HttpResponseMessage response) =>
        response.RequestMessage?.RequestUri?.AbsolutePath.EndsWith(Credentials, StringComparison.Ordinal) == true;

    private static string? Diagnostic(byte[] body, bool isCredentials)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? "it is not a JSON object"
                : !isCredentials ? null
                : root.TryGetProperty("roleCredentials", out var credentials) && credentials.ValueKind == JsonValueKind.Object
                    ? DiagnosticOfCredentials(credentials)
                    : "roleCredentials is missing";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return body.Length == 0 ? "it is empty" : "it is not JSON";
        }
    }

    private static string? DiagnosticOfCredentials(JsonElement credentials) =>
        CredentialFields.DiagnosticOfKeyId("accessKeyId", Text(credentials, "accessKeyId"))
        ?? CredentialFields.DiagnosticOfSecretKey("secretAccessKey", Text(credentials, "secretAccessKey"))
        ?? (string.IsNullOrEmpty(Text(credentials, "sessionToken")) ? "sessionToken is missing" : null)
        ?? CredentialFields.DiagnosticOfToken("sessionToken", Text(credentials, "sessionToken"))
        ?? DiagnosticOfExpiration(credentials);

    private static string? DiagnosticOfExpiration(JsonElement credentials) =>
        !credentials.TryGetProperty("expiration", out var value)
            || value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt64(out var milliseconds)
            || milliseconds is < 0 or > 253_402_300_799_999 ? "expiration is not a time"
        : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) is var at && at < TimeProvider.System.GetUtcNow()
            ? $"the credentials in it have expired ({at:u}; compare this machine's clock: date -u)"
        : null;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
