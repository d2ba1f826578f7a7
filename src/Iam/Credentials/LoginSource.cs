using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Migrator.Display;
using Migrator.Files;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials of a console session, which <c>aws login</c> saved.</summary>
/// <remarks>
/// AWS CLI user guide, "Login for AWS local development". The keys live 15 minutes, and the CLI gets new ones when 5 minutes or less are
/// left. migrator does not: each refresh ends the refresh token before it, so that a session whose new token is not saved is lost.
/// </remarks>
/// <param name="session">The value of <c>login_session</c>.</param>
/// <param name="profile">The profile.</param>
/// <param name="inUse">The name of the profile in use, as a word of a shell.</param>
/// <param name="environment">The environment variables.</param>
internal sealed class LoginSource(string session, AwsProfile profile, string inUse, AwsEnvironment environment) : ICredentialSource
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    private string Cache => Path.Combine(
        environment.PathIn("AWS_LOGIN_CACHE_DIRECTORY") ?? Path.Combine(environment.Home, ".aws", "login", "cache"),
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session.Trim()))) + ".json");

    /// <inheritdoc />
    public Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        var keys = Read(BoundedFile.ReadBytes(
            Cache, ReadLimits.Default, reason => Failed($"{Cache} cannot be read: {reason}"), cancellationToken));
        return keys.Expires - Time.GetUtcNow() > Shortest ? Task.FromResult(keys) : throw Failed(string.Create(
            CultureInfo.InvariantCulture, $"its keys are good until {keys.Expires:u}, and are not used in their last 5 minutes"));
    }

    private AwsKeys Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var token = document.RootElement.GetProperty("accessToken");
            var (id, key, session) = (Text("accessKeyId"), Text("secretAccessKey"), Text("sessionToken"));
            return (CredentialFields.DiagnosticOfKeyId("accessKeyId", id) ?? CredentialFields.DiagnosticOfSecretKey("secretAccessKey", key)
                ?? (session is null ? "sessionToken is missing" : CredentialFields.DiagnosticOfToken("sessionToken", session)))
                is { } diagnostic
                ? throw Failed($"{Cache} cannot be used: {diagnostic}")
                : AwsKeys.From(
                    id!, key!, session, token.GetProperty("expiresAt").GetDateTimeOffset(), $"aws login, profile '{profile.Name}'");

            string? Text(string name) => token.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The parser's message may quote the JSON.
            throw Failed($"{Cache} is not a file of aws login");
        }
    }

    private MigratorException Failed(string what) => new(
        $"The session of aws login has no keys for profile '{profile.Name}': {what}.",
        $"The session stands in {profile["login_session"]!.Place}. Only the AWS CLI renews its keys, with each command.",
        $"Renew them: aws sts get-caller-identity --profile {ShellText.Word(profile.Name)} (if that fails: aws login --profile "
            + $"{ShellText.Word(profile.Name)}); or for every run, in a profile of its own that migrator uses: credential_process = aws "
            + $"configure export-credentials --profile {inUse} --format process (version 2 of the AWS CLI)");
}
