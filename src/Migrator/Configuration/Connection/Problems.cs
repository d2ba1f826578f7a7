using Migrator.Configuration.Effective;

namespace Migrator.Configuration.Connection;

/// <summary>
/// What the gateway's loader takes and no connection can be made with: it fails when the gateway connects. Only commands that connect
/// refuse it; <c>config</c> warns.
/// </summary>
/// <param name="settings">The settings.</param>
internal sealed class Problems(EffectiveSettings settings)
{
    private readonly List<(int? Line, string Message)> found = [];

    /// <summary>The problems.</summary>
    public IReadOnlyList<(int? Line, string Message)> Found => found;

    /// <summary>Takes a problem with a setting.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="what">What is wrong with it, as a sentence without its name.</param>
    public void Add(string name, string what)
    {
        var source = settings[name].Source;
        found.Add((source.Line, $"{(source is { Line: null, IsGiven: true } ? $"{name} ({source.Place})" : name)} {what}"));
    }
}
