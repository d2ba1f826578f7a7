namespace Migrator.Iam.Aws;

/// <summary>Checks the format of the parts of credentials. A malformed part is neither used nor shown.</summary>
internal static class CredentialFields
{
    private const int LongestKeyId = 128;
    private const int LongestSecret = 1024;
    private const int LongestToken = 32 * 1024;

    /// <summary>The fault of an access key id, which is shown in messages; null if it has none.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="value">The value of the field.</param>
    public static string? FaultOfKeyId(string name, string? value) =>
        Fault(name, value, LongestKeyId, static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>The fault of a secret access key; null if it has none.</summary>
    /// <inheritdoc cref="FaultOfKeyId" />
    public static string? FaultOfSecretKey(string name, string? value) => Fault(name, value, LongestSecret, IsVisible);

    /// <summary>The fault of a session token, which is sent in a header; null if it has none or is empty.</summary>
    /// <inheritdoc cref="FaultOfKeyId" />
    public static string? FaultOfToken(string name, string? value) =>
        string.IsNullOrEmpty(value) ? null : Fault(name, value, LongestToken, IsVisible);

    /// <summary>Whether a value has the format of a token without spaces.</summary>
    public static bool IsToken(string value) => FaultOfToken("", value) is null;

    /// <summary>Whether a value can be sent as an Authorization header, which may contain spaces: <c>Basic YWJj</c>.</summary>
    public static bool IsAuthorization(string value) => Fault("", value, LongestToken, static c => c is >= ' ' and <= '~') is null;

    private static bool IsVisible(char c) => c is > ' ' and <= '~';

    private static string? Fault(string name, string? value, int longest, Func<char, bool> mayHold) => value?.Trim() switch
    {
        null => $"{name} is missing",
        "" => $"{name} is empty",
        { } text when text.Length > longest => $"{name} is longer than {longest} characters",
        { } text when !text.All(mayHold) => $"{name} holds characters that it cannot hold",
        _ => null,
    };
}
