using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The credentials in environment variables.</summary>
internal sealed class EnvironmentSource(AwsEnvironment environment) : ICredentialSource
{
    private const string Id = "AWS_ACCESS_KEY_ID";
    private const string Key = "AWS_SECRET_ACCESS_KEY";
    private const string Expiration = "AWS_CREDENTIAL_EXPIRATION";

    // The older name comes first, as in the AWS CLI.
    private static readonly string[] Tokens = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"];

    /// <summary>Whether either key variable is set.</summary>
    public bool IsConfigured => environment[Id] is not null || environment[Key] is not null;

    /// <inheritdoc />
    public Task<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        var (id, key) = (Require(Id), Require(Key));
        var token = Array.Find(Tokens, t => environment[t] is not null);
        var diagnostic = CredentialFields.DiagnosticOfKeyId(Id, id) ?? CredentialFields.DiagnosticOfSecretKey(Key, key)
            ?? (token is null ? null : CredentialFields.DiagnosticOfToken(token, environment[token]));
        return diagnostic is null
            ? Task.FromResult(AwsKeys.From(
                id, key, token is null ? null : environment[token], Expires(),
                    $"environment variables {Id}, {Key}{(token is null ? "" : ", " + token)}"))
            : throw new MigratorException(
                $"The AWS credentials in the environment cannot be used: {diagnostic}.",
                    "Set the variable again without quotes, blanks or a line end in it.");
    }

    // Set by: aws configure export-credentials --format env
    private DateTimeOffset? Expires() => environment[Expiration] switch
    {
        null => null,
        { } text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at,
        _ => throw new MigratorException(
            $"{Expiration} is not a time.", $"Set it to the time at which the keys expire, or unset it: unset {Expiration}"),
    };

    private string Require(string name) => environment[name] ?? throw new MigratorException(
        $"Only one half of the AWS credentials in the environment is set: {name} is missing.",
            $"Set {name}, or unset the other half to use another source.");
}
