using Migrator.Verification;

namespace Migrator.Output;

/// <summary>The answer of <c>verify --json</c>.</summary>
internal sealed record VerifyAnswer(
    DatabaseAnswer Database, bool Same, IEnumerable<DifferenceAnswer> Differences, IReadOnlyList<string> NotKongs)
{
    /// <summary>Creates the answer.</summary>
    public static VerifyAnswer Of(DatabaseAnswer database, VerificationResult result) => new(
        database,
        result.Differences.Count == 0,
        result.Differences.Select(d => new DifferenceAnswer(d.Kind.ToString().ToLowerInvariant(), d.Object, d.Text, d.RepairSql)),
        result.Others);
}

/// <summary>One difference, with the SQL that repairs it.</summary>
internal sealed record DifferenceAnswer(string Kind, string Object, string Text, string? Sql);
