namespace Migrator.Configuration.Vaults;

/// <summary>
/// Replaces vault references by their secrets. Kong: a secret is not resolved again. A reference that cannot be resolved stays as it is,
/// and the gateway logs in with it or with an empty password; migrator reports an error.
/// </summary>
/// <param name="vaults">The names that the setting <c>vaults</c> allows.</param>
/// <param name="environment">The vault of environment variables, the only one that migrator reads.</param>
internal sealed class VaultResolver(IReadOnlyList<string> vaults, EnvironmentVault environment)
{
    // Kong: `off` as the first item turns all vaults off; elsewhere it is ignored. `bundled` means only the environment.
    private readonly bool readsEnvironment = vaults is not [] and not ["off", ..]
        && vaults.Any(name => name is "bundled" or EnvironmentVault.Name);

    /// <summary>Returns the secret; null, and the reason, if the reference cannot be resolved.</summary>
    public string? Resolve(string reference, out string? problem)
    {
        if (VaultReference.Parse(reference) is not { } parsed)
        {
            problem = "it is not of the form {vault://env/NAME} or {vault://env/NAME/KEY}";
            return null;
        }

        if (parsed.Vault != EnvironmentVault.Name)
        {
            problem = $"migrator reads no vault called '{parsed.Vault}', only env";
            return null;
        }

        if (!readsEnvironment)
        {
            problem = "the setting vaults does not allow env";
            return null;
        }

        return environment.Get(parsed, out problem);
    }
}

/// <summary>
/// The vault of environment variables, the only one of open source Kong. Kong: the name of the variable is the prefix and the resource, in
/// upper case and with underscores for dashes; for version 2, <c>_PREVIOUS</c> is appended.
/// </summary>
/// <param name="environment">The variables.</param>
/// <param name="prefix">The prefix for references without their own.</param>
internal sealed class EnvironmentVault(IReadOnlyDictionary<string, string> environment, string? prefix)
{
    /// <summary>The vault's name in references.</summary>
    public const string Name = "env";

    /// <summary>Returns the secret; null, and the reason, if there is none. The reason never contains any part of the secret.</summary>
    public string? Get(VaultReference reference, out string? problem)
    {
        var variable = VariableOf(reference);
        if (!environment.TryGetValue(variable, out var secret))
        {
            problem = $"the environment variable {variable} is not set";
            return null;
        }

        if (reference.Key is null)
        {
            problem = null;
            return secret;
        }

        var member = JsonSecret.MemberOf(secret, reference.Key);
        problem = member is null ? $"the environment variable {variable} is not a JSON object with a text called '{reference.Key}'" : null;
        return member;
    }

    private string VariableOf(VaultReference reference)
    {
        var chosen = Valid(reference.Prefix) ?? Valid(prefix) ?? "";
        var name = (chosen + reference.Resource).Replace('-', '_');
        return Upper(reference.Version == 2 ? name + "_PREVIOUS" : name);
    }

    // Kong: a prefix that is not an identifier is ignored; an empty one is valid.
    private static string? Valid(string? prefix) => prefix is null
        || (prefix.Length > 0 && char.IsAsciiDigit(prefix[0]))
        || prefix.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-'))
        ? null
        : prefix;

    private static string Upper(string text) => string.Create(text.Length, text, static (upper, from) =>
    {
        for (var index = 0; index < from.Length; index++)
        {
            upper[index] = char.IsAsciiLetterLower(from[index]) ? (char)(from[index] - 'a' + 'A') : from[index];
        }
    });
}
