using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Migrator.Errors;

namespace Migrator.Connecting.Iam;

/// <summary>The profiles in the shared files: AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE, else those below <c>~/.aws</c>.</summary>
internal sealed class AwsProfiles(AwsEnvironment environment)
{
    private readonly Dictionary<string, CredentialProfile?> known = new(StringComparer.Ordinal);

    /// <summary>The profile in use.</summary>
    public string Name => environment["AWS_PROFILE"] ?? "default";

    /// <summary>Whether somebody named it.</summary>
    public bool IsNamed => environment["AWS_PROFILE"] is not null;

    /// <summary>The files, for people.</summary>
    public string Files => $"{environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials"} and {environment["AWS_CONFIG_FILE"] ?? "~/.aws/config"}";

    /// <summary>The SDK's reader of the files.</summary>
    public CredentialProfileStoreChain Store { get; } = new();

    /// <summary>The region of the profile in use; null where it has none.</summary>
    public string? Region => Find(Name)?.Region?.SystemName;

    /// <summary>A profile; null where there is none of that name.</summary>
    public CredentialProfile? Find(string name)
    {
        if (known.TryGetValue(name, out var found))
        {
            return found;
        }

        try
        {
            return known[name] = Store.TryGetProfile(name, out var profile) ? profile : null;
        }
        catch (Exception e) when (e is AmazonClientException or InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            // The SDK's words may quote a line of the file, and that may hold a key.
            throw new MigratorException(
                $"The AWS profile '{name}' cannot be read ({e.GetType().Name}).", $"Looked in {Files}.", "Correct the file; this shows what it holds without secrets: aws configure list");
        }
    }
}
