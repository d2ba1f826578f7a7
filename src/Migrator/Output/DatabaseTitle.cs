using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>What every answer begins with: the database, its server, its gateway version, and the target version.</summary>
/// <param name="Database">The name of the database.</param>
/// <param name="Schema">The name of the gateway's schema.</param>
/// <param name="Server">Host and port, or the path of the socket.</param>
/// <param name="Target">The target version.</param>
/// <param name="IsDefaultTarget">Whether the target version is the program's default.</param>
internal sealed record DatabaseTitle(string Database, string Schema, string Server, GatewayVersion Target, bool IsDefaultTarget)
{
    /// <summary>The name of the target version, if it is one without migrations.</summary>
    public string TargetName { get; init; } = Target.Name;

    /// <summary>The title as a sentence, e.g. <c>Database 'kong' on db.example:5432 is at 3.6; target 3.9 (default).</c></summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="before">The ledger before the run, if there was one.</param>
    public string Sentence(LedgerSnapshot ledger, LedgerSnapshot? before = null)
    {
        var now = State(ledger);
        var was = before is null || before.Text == ledger.Text ? null : State(before);
        var change = was is null || was == now ? "" : $" ({(before!.IsEmpty ? "it was empty" : $"it was at {VersionOf(before)}")})";
        return $"Database '{Database}' on {Server} is {now}{change}; target {TargetName}{(IsDefaultTarget ? " (default)" : "")}.";
    }

    /// <summary>The title as JSON.</summary>
    public JsonMembers Json(LedgerSnapshot ledger) =>
    [
        ("name", Database), ("schema", Schema), ("server", Server), ("version", VersionOf(ledger)), ("target", TargetName),
        ("target_is_default", IsDefaultTarget),
    ];

    /// <summary>The gateway version of a ledger as text; null if the database is empty.</summary>
    public string? VersionOf(LedgerSnapshot ledger) => ledger.IsEmpty ? null : LedgerVersion.Of(ledger).Describe(Target);

    private string State(LedgerSnapshot ledger) => VersionOf(ledger) is { } version ? $"at {version}"
        : ledger.Elsewhere.Length > 0 ? $"empty in schema '{Schema}'" : "empty";
}
