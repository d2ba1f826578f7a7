using System.Text.Json.Serialization;

namespace Migrator.Ledger;

/// <summary>A row of schema_meta: what has been done of one subsystem.</summary>
/// <param name="Subsystem">The subsystem, known to us or not.</param>
/// <param name="LastExecuted">The migration recorded as executed last; null as long as all are pending.</param>
/// <param name="Executed">Names of migrations that are done; null where Kong never wrote one.</param>
/// <param name="Pending">Names of migrations that wait for their finish phase; null where Kong never wrote one.</param>
internal sealed record LedgerRow(
    [property: JsonPropertyName("subsystem")] string Subsystem,
    [property: JsonPropertyName("last_executed")] string? LastExecuted,
    [property: JsonPropertyName("executed")] IReadOnlyList<string>? Executed,
    [property: JsonPropertyName("pending")] IReadOnlyList<string>? Pending);

/// <summary>Reads ledger rows without reflection.</summary>
[JsonSerializable(typeof(IReadOnlyList<LedgerRow>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class LedgerJson : JsonSerializerContext;
