using Migrator.Verification;

namespace Migrator.Output;

/// <summary>The answer of <c>verify --json</c>.</summary>
internal static class VerifyJson
{
    /// <summary>The members of the answer.</summary>
    public static JsonMembers Of(VerificationResult result) =>
    [
        ("same", result.Differences.Count == 0),
        ("differences", result.Differences.Select(d => JsonMembers.Of(
            ("kind", d.Kind.ToString().ToLowerInvariant()), ("object", d.Object), ("text", d.Text), ("sql", d.RepairSql)))),
        ("not_kongs", result.Others),
    ];
}
