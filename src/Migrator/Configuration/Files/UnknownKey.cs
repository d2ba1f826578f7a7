using Migrator.Configuration.Findings;
using Migrator.Configuration.Keys;

namespace Migrator.Configuration.Files;

/// <summary>What to say about a key that no gateway knows. Kong: nothing, it drops the setting.</summary>
internal static class UnknownKey
{
    /// <summary>The warning; null where the key has nothing to do with the connection.</summary>
    public static (string Code, string Message)? Explain(string name)
    {
        if (SettingCatalogue.FindDatabase(name.ToLowerInvariant()) is { } other)
        {
            return (WarningCode.WrongCase, $"{name} is ignored: keys are lower case. Write {other.Name}.");
        }

        if (NearestKey.Of(name) is { } nearest)
        {
            return (WarningCode.UnknownKey, $"{name} is ignored: no gateway knows it. Write {nearest}, if that is what is meant.");
        }

        if (Secret(name) is { } secret)
        {
            // The rest of the key may be a password that is missing the '=' before it.
            return (WarningCode.UnknownKey, $"a key that starts with {secret.Name} is ignored: no gateway knows it. Write " +
                $"`{secret.Name} = ...`.");
        }

        return name.StartsWith("pg_", StringComparison.Ordinal)
            ? (WarningCode.UnknownKey, $"{Shown.Plain(name)} is ignored: no gateway knows it. Remove it, or write the setting that is " +
                "meant; `migrator config` lists them.")
            : null;
    }

    private static SettingDefinition? Secret(string name) => SettingCatalogue.All
        .Where(definition => definition is { IsSecret: true, ConcernsDatabase: true })
        .FirstOrDefault(definition => name.StartsWith(definition.Name, StringComparison.Ordinal));
}
