using Amazon.Runtime.CredentialManagement;
using Migrator.Errors;
using Migrator.Files;

namespace Migrator.Iam.Aws;

/// <summary>The profiles in the shared files: AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE, or else those in <c>~/.aws</c>.</summary>
internal sealed class AwsProfiles(AwsEnvironment environment)
{
    private readonly Dictionary<string, CredentialProfile?> known = new(StringComparer.Ordinal);
    private bool isReadable;

    /// <summary>The name of the profile in use.</summary>
    public string Name => environment["AWS_PROFILE"] ?? "default";

    /// <summary>Whether AWS_PROFILE names the profile.</summary>
    public bool IsNamed => environment["AWS_PROFILE"] is not null;

    /// <summary>The files, as text for messages.</summary>
    public string Files =>
        $"{environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials"} and {environment["AWS_CONFIG_FILE"] ?? "~/.aws/config"}";

    /// <summary>The SDK's reader of the files.</summary>
    public CredentialProfileStoreChain Store { get; } = new();

    /// <summary>The region of the profile in use; null if it has none.</summary>
    public string? Region => Find(Name)?.Region?.SystemName;

    /// <summary>Finds a profile by name; null if it does not exist.</summary>
    public CredentialProfile? Find(string name)
    {
        if (known.TryGetValue(name, out var found))
        {
            return found;
        }

        RequireReadable();
        try
        {
            return known[name] = Store.TryGetProfile(name, out var profile) ? profile : null;
        }
        catch (Exception e) when (e is not MigratorException)
        {
            // The SDK's message may quote a line of the file, which may contain a key.
            throw new MigratorException(
                $"The AWS profile '{name}' cannot be read ({e.GetType().Name}).", $"Looked in {Files}.",
                    "Correct the file; this shows what it holds without secrets: aws configure list");
        }
    }

    /// <summary>Checks that the files can be read within limits of size and time, which the SDK does not have.</summary>
    /// <exception cref="MigratorException">One of the files cannot be read.</exception>
    public void RequireReadable()
    {
        if (isReadable)
        {
            return;
        }

        Require("AWS_SHARED_CREDENTIALS_FILE", "credentials");
        Require("AWS_CONFIG_FILE", "config");
        isReadable = true;
    }

    private void Require(string variable, string name)
    {
        // If a variable names no file, the SDK reads the one in the home directory, or the one next to AWS_SHARED_CREDENTIALS_FILE.
        var folder = Path.Combine(environment["HOME"] ?? environment["USERPROFILE"] ?? ".", ".aws");
        var beside = Path.GetDirectoryName(environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "") is { Length: > 0 } other ? other : folder;
        foreach (var path in new[] { environment[variable], Path.Combine(folder, name), Path.Combine(beside, name) }.OfType<string>()
            .Distinct(StringComparer.Ordinal))
        {
            if (File.Exists(path))
            {
                BoundedFile.ReadBytes(path, ReadLimits.Default with { IsReadAgain = true }, reason => new MigratorException(
                    path == environment[variable] ? $"{variable} names {path}, which cannot be read: {reason}."
                        : $"The AWS profiles in {path} cannot be read: {reason}.",
                    cause: null,
                    $"Name a regular file in {variable}, or /dev/null for none: export {variable}=/dev/null"));
            }
        }
    }
}
