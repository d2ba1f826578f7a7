using Migrations.Model;

namespace Migrator.Verification;

/// <summary>
/// Compares owners and rights: everything of the gateway's belongs to the role that owns its ledger, and the user of the connection, which
/// is the gateway's, has the rights that a running gateway needs.
/// </summary>
/// <param name="expected">The schema that the ledger stands for.</param>
/// <param name="live">The schema as it is.</param>
/// <param name="schema">The gateway's schema.</param>
/// <param name="readOnly">Whether the user needs no more than to read.</param>
internal sealed class OwnershipComparison(SchemaModel expected, LiveSchema live, GatewaySchema schema, bool readOnly)
{
    /// <summary>The rights on a table that a running gateway needs.</summary>
    public const string Rights = "SELECT, INSERT, UPDATE, DELETE";

    /// <summary>The differences.</summary>
    public IEnumerable<Difference> Differences()
    {
        foreach (var found in Gateways())
        {
            var (kind, name) = found switch
            {
                { Kind: LiveKind.Function, IsProcedure: true } => ("PROCEDURE", $"{schema.Qualify(found.Name)}()"),
                { Kind: LiveKind.Function } => ("FUNCTION", $"{schema.Qualify(found.Name)}()"),
                { Definition: "sequence" } => ("SEQUENCE", schema.Qualify(found.Name)),
                _ => ("TABLE", schema.Qualify(found.Name)),
            };
            var what = found.Kind == LiveKind.Function ? $"{found.Name}()" : found.Name;

            // A sequence of a column goes with its table.
            if (live.Owner is { } owner && found.Owner != owner && (kind != "SEQUENCE" || found.Table.Length == 0))
            {
                yield return new Difference(
                    DifferenceKind.Owner, what, $"the {kind.ToLowerInvariant()} belongs to {found.Owner}, and the ledger to {owner}",
                    [new Repair(RepairOrder.Owner, $"ALTER {kind} {name} OWNER TO {Sql.Identifier(owner)}")]);
            }

            if (Lacks(found) is { Length: > 0 } lacks)
            {
                yield return new Difference(
                    DifferenceKind.Right, what, $"user {live.User} lacks the right to {lacks}",
                    [new Repair(RepairOrder.Right, $"GRANT {lacks} ON {kind} {name} TO {Sql.Identifier(live.User)}")]);
            }
        }

        if (live.Of(LiveKind.Schema).FirstOrDefault() is { Lacks.Length: > 0 })
        {
            yield return new Difference(
                DifferenceKind.Right, schema.Name, $"user {live.User} lacks the right to use the schema",
                [new Repair(RepairOrder.Owner, $"GRANT USAGE ON SCHEMA {schema.Identifier} TO {Sql.Identifier(live.User)}")]);
        }
    }

    private IEnumerable<LiveObject> Gateways() => live.Objects.Where(o => o.Kind switch
    {
        LiveKind.Relation => o.Definition switch
        {
            "table" => expected.Tables.ContainsKey(o.Name),
            "sequence" => expected.Sequences.ContainsKey(o.Name),
            _ => false,
        },
        LiveKind.Function => expected.Functions.ContainsKey(o.Name),
        _ => false,
    });

    private string Lacks(LiveObject found) => (found.Kind, readOnly) switch
    {
        (LiveKind.Relation, true) when found.Definition == "table" =>
            found.Lacks.Contains("SELECT", StringComparison.Ordinal) ? "SELECT" : "",
        (_, true) => "",
        _ => found.Lacks,
    };
}
