using Migrator.Display;

namespace Migrator.Configuration.Vaults;

/// <summary>
/// Replaces vault references by their secrets. Kong: a secret is not resolved again. A reference that cannot be resolved stays as it is,
/// and the gateway logs in with it or with an empty password; migrator reports an error.
/// </summary>
/// <param name="vaults">The names that the setting <c>vaults</c> allows.</param>
/// <param name="environment">The vault of environment variables, the only one that migrator reads.</param>
internal sealed class VaultResolver(IReadOnlyList<string> vaults, EnvironmentVault environment)
{
    // The vaults of Kong Enterprise.
    private static readonly Dictionary<string, string> Services = new(StringComparer.Ordinal)
    {
        ["aws"] = "AWS Secrets Manager",
        ["azure"] = "Azure Key Vault",
        ["conjur"] = "CyberArk Conjur",
        ["gcp"] = "Google Cloud Secret Manager",
        ["hcv"] = "HashiCorp Vault",
    };

    // Kong: `off` as the first item turns all vaults off; elsewhere it is ignored. `bundled` means only the environment.
    private readonly bool readsEnvironment = vaults is not [] and not ["off", ..]
        && vaults.Any(name => name is "bundled" or EnvironmentVault.Name);

    /// <summary>Returns the secret; null, and the reason, if the reference cannot be resolved.</summary>
    public string? Resolve(string reference, out VaultDiagnostic? diagnostic)
    {
        if (VaultReference.Parse(reference) is not { } parsed)
        {
            diagnostic = new("it is not of the form {vault://env/NAME} or {vault://env/NAME/KEY}");
            return null;
        }

        if (parsed.Vault != EnvironmentVault.Name)
        {
            var name = DisplayText.Cut(parsed.Vault, 40);
            diagnostic = new(Services.TryGetValue(parsed.Vault, out var service)
                ? $"the secret is in {service} (vault {name}), and migrator reads no vault but env"
                : $"migrator reads no vault called '{name}', only env")
            {
                IsElsewhere = true,
            };
            return null;
        }

        if (!readsEnvironment)
        {
            diagnostic = new("the setting vaults does not allow env");
            return null;
        }

        var secret = environment.Get(parsed, out var reason);
        diagnostic = reason is null ? null : new(reason);
        return secret;
    }
}

/// <summary>The reason why a reference cannot be resolved.</summary>
/// <param name="Reason">The reason, without a full stop.</param>
internal sealed record VaultDiagnostic(string Reason)
{
    /// <summary>Whether the secret is in a vault that migrator does not read, so that no variable can be set for it.</summary>
    public bool IsElsewhere { get; init; }
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
    public string? Get(VaultReference reference, out string? diagnostic)
    {
        var variable = VariableOf(reference);
        if (!environment.TryGetValue(variable, out var secret))
        {
            diagnostic = $"the environment variable {variable} is not set";
            return null;
        }

        if (reference.Key is null)
        {
            diagnostic = null;
            return secret;
        }

        var member = JsonSecret.MemberOf(secret, reference.Key);
        diagnostic = member is null
            ? $"the environment variable {variable} is not a JSON object with a text called '{reference.Key}'"
            : null;
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
