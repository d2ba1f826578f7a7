namespace Migrator.Iam.Aws;

/// <summary>Checks the format of the parts of credentials. A malformed part is neither used nor shown.</summary>
internal static class CredentialFields
{
    private const int MaxKeyIdLength = 128;
    private const int MaxSecretLength = 1024;
    private const int MaxTokenLength = 32 * 1024;

    /// <summary>What is wrong with an access key id, which is shown in messages; null if it is valid.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="value">The value of the field.</param>
    public static string? DiagnosticOfKeyId(string name, string? value) =>
        Diagnostic(name, value, MaxKeyIdLength, static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>What is wrong with a secret access key; null if it is valid.</summary>
    /// <inheritdoc cref="DiagnosticOfKeyId" />
    public static string? DiagnosticOfSecretKey(string name, string? value) => Diagnostic(name, value, MaxSecretLength, IsVisible);

    /// <summary>What is wrong with a session token, which is sent in a header; null if it is valid or is empty.</summary>
    /// <inheritdoc cref="DiagnosticOfKeyId" />
    public static string? DiagnosticOfToken(string name, string? value) =>
        string.IsNullOrEmpty(value) ? null : Diagnostic(name, value, MaxTokenLength, IsVisible);

    /// <summary>Whether a value has the format of a token without spaces.</summary>
    public static bool IsToken(string value) => DiagnosticOfToken("", value) is null;

    /// <summary>Whether a value can be sent as an Authorization header, which may contain spaces: <c>Basic YWJj</c>.</summary>
    public static bool IsAuthorization(string value) => Diagnostic("", value, MaxTokenLength, static c => c is >= ' ' and <= '~') is null;

    private static bool IsVisible(char c) => c is > ' ' and <= '~';

    private static string? Diagnostic(string name, string? value, int maxLength, Func<char, bool> mayHold) => value?.Trim() switch
    {
        null => $"{name} is missing",
        "" => $"{name} is empty",
        { } text when text.Length > maxLength => $"{name} is longer than {maxLength} characters",
        { } text when !text.All(mayHold) => $"{name} holds characters that it cannot hold",
        _ => null,
    };
}
