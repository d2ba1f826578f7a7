namespace Migrator.Configuration.Vaults;

/// <summary>
/// Replaces references by what they stand for. Kong: a result is not resolved again; a reference that cannot be resolved stays as it is,
/// and the gateway logs in with it or with an empty password. migrator says so instead.
/// </summary>
/// <param name="vaults">The names that the setting <c>vaults</c> allows.</param>
/// <param name="environment">The vault that can be read.</param>
internal sealed class VaultResolver(IReadOnlyList<string> vaults, EnvironmentVault environment)
{
    // Kong: `off` in the first place switches all vaults off, elsewhere it is skipped; `bundled` is the environment alone.
    private readonly bool readsEnvironment = vaults is not [] and not ["off", ..]
        && vaults.Any(name => name is "bundled" or EnvironmentVault.Name);

    /// <summary>The secret; null, and why, where the reference cannot be resolved.</summary>
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
