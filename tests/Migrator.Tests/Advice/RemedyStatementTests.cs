using System.Text.Json.Nodes;
using Migrations.Dsl;
using Migrator.Advice;
using Migrator.Tests.Commands;

namespace Migrator.Tests.Advice;

/// <summary>Remedies in SQL, run on PostgreSQL: after them the gateway accepts the row.</summary>
internal sealed class RemedyStatementTests : CommandTest
{
    private const string Workspace = "00000000-0000-4000-8000-000000000002";
    private const int SampleSize = 4;

    [TestCase(RouterFlavor.Traditional)]
    [TestCase(RouterFlavor.TraditionalCompatible)]
    [TestCase(RouterFlavor.Expressions)]
    public void After_a_statement_without_a_gap_the_gateway_accepts_the_row(RouterFlavor flavor)
    {
        StartBootstrapped();
        var advisor = AdviceData.Advisor(flavor);
        var workspace = Database.Query("SELECT id FROM workspaces WHERE name = 'default'").Single()!;
        advisor.Examine("workspaces", new JsonObject { ["id"] = workspace, ["name"] = "default" });
        var failed = new List<string>();
        var run = 0;
        foreach (var (row, remedy) in Sample(advisor, flavor))
        {
            run++;
            var table = Sql.Identifier(row.Table);
            var names = string.Join(", ", row.Row.Select(c => Sql.Identifier(c.Key)));
            try
            {
                var after = Database.Query(
                    $"""
                    BEGIN;
                    SET LOCAL session_replication_role = replica;
                    INSERT INTO {table} ({names})
                      SELECT {names} FROM jsonb_populate_record(NULL::{table}, {Sql.Literal(row.Row.ToJsonString())}::jsonb);
                    {remedy}
                    SELECT row_to_json(t)::text FROM {table} AS t WHERE id = '{row.Row["id"]}';
                    ROLLBACK;
                    """);
                var left = after.Count == 0 ? [] : advisor.Examine(row.Table, JsonNode.Parse(after[0]!)!.AsObject())
                    .Where(f => f.Effect is not Effect.Behaviour).ToList();
                if (left.Count > 0)
                {
                    failed.Add($"{row}\n    {remedy}\n    {string.Join("; ", left.Select(f => f.Message))}");
                }
            }
            catch (Npgsql.PostgresException e)
            {
                failed.Add($"{row}\n    {remedy}\n    {e.Message}");
            }
        }

        Assert.That(failed, Is.Empty);
        Assert.That(run, Is.GreaterThan(5));
    }

    // A few rows of each message. Most are of another workspace, whose rows the Admin API does not change.
    private static IEnumerable<(JudgedRow Row, string Remedy)> Sample(RowAdvisor advisor, RouterFlavor flavor)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var original in JudgedRow.All.Where(r => r.Flavor == flavor && r.Verdict != "accepted"))
        {
            var row = original with { Row = original.Row.DeepClone().AsObject() };
            if (row.Verdict == "refused" && row.Table is not "ca_certificates")
            {
                row.Row["ws_id"] = Workspace;
            }

            var findings = advisor.Examine(row.Table, row.Row);
            var remedy = findings is [var first, ..] ? first.Remedy : "";
            var isStatement = remedy.Split(' ')[0] is "UPDATE" or "DELETE";
            var kind = string.Join(' ', findings.Select(f => $"{row.Table} {f.Field} {f.Effect}").Distinct(StringComparer.Ordinal));
            if (isStatement && !remedy.Contains("REPLACE_ME", StringComparison.Ordinal)
                && (row.Verdict == "stops" || (seen[kind] = seen.GetValueOrDefault(kind) + 1) <= SampleSize))
            {
                yield return (row, remedy);
            }
        }
    }
}
