using System.Text.Json.Serialization;

namespace Migrator.Ledger;

/// <summary>A row of schema_meta: the migrations of one subsystem that are done or pending.</summary>
/// <param name="Subsystem">The name of the subsystem, which the catalogue may not contain.</param>
/// <param name="LastExecuted">The last migration recorded as executed; null while all are pending.</param>
/// <param name="Executed">The names of executed migrations; null if Kong never wrote one.</param>
/// <param name="Pending">The names of migrations that wait for their finish phase; null if Kong never wrote one.</param>
internal sealed record LedgerRow(
    [property: JsonPropertyName("subsystem")] string Subsystem,
    [property: JsonPropertyName("last_executed")] string? LastExecuted,
    [property: JsonPropertyName("executed")] IReadOnlyList<string>? Executed,
    [property: JsonPropertyName("pending")] IReadOnlyList<string>? Pending);

/// <summary>The JSON serializer of ledger rows and of lists of names, without reflection.</summary>
[JsonSerializable(typeof(IReadOnlyList<LedgerRow>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class LedgerJson : JsonSerializerContext;
