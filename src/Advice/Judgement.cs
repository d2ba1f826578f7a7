using Migrator.Advice.Schemas;
using Migrator.Advice.Values;

namespace Migrator.Advice;

/// <summary>What the gateway says of a row.</summary>
/// <param name="Schema">The schema of the row.</param>
/// <param name="Entity">The row, as the gateway reads it.</param>
internal sealed record Judgement(RecordSchema Schema, KongTable Entity)
{
    /// <summary>What is wrong with it.</summary>
    public List<RowDiagnostic> Diagnostics { get; } = [];
}
