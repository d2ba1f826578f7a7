namespace Migrator.Iam.Aws;

/// <summary>What the parts of credentials look like. What does not is not used, and never shown.</summary>
internal static class CredentialFields
{
    private const int LongestKeyId = 128;
    private const int LongestSecret = 1024;
    private const int LongestToken = 32 * 1024;

    /// <summary>What is wrong with an access key id, which will be shown; null where nothing is.</summary>
    /// <param name="name">What the field is called.</param>
    /// <param name="value">Its value.</param>
    public static string? FaultOfKeyId(string name, string? value) =>
        Fault(name, value, LongestKeyId, static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>What is wrong with a secret access key; null where nothing is.</summary>
    /// <inheritdoc cref="FaultOfKeyId" />
    public static string? FaultOfSecretKey(string name, string? value) => Fault(name, value, LongestSecret, IsVisible);

    /// <summary>What is wrong with a session token, which goes into a header; null where nothing is, and where there is none.</summary>
    /// <inheritdoc cref="FaultOfKeyId" />
    public static string? FaultOfToken(string name, string? value) =>
        string.IsNullOrEmpty(value) ? null : Fault(name, value, LongestToken, IsVisible);

    /// <summary>Whether this looks like a token of one word.</summary>
    public static bool IsToken(string value) => FaultOfToken("", value) is null;

    /// <summary>Whether this can be sent as an Authorization header, which may have two words: <c>Basic YWJj</c>.</summary>
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
