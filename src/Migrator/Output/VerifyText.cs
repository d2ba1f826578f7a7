using Migrator.Display;
using Migrator.Verification;

namespace Migrator.Output;

/// <summary>
/// Writes the answer of <c>verify</c> as text: the differences, the SQL that repairs them, and other objects in the schema.
/// </summary>
internal static class VerifyText
{
    private const int MaxOthers = 20;

    /// <summary>Writes the result.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="result">The result.</param>
    public static void Write(TextWriter writer, VerificationResult result)
    {
        writer.WriteLine(result.Differences.Count switch
        {
            0 => "The schema is what its ledger says.",
            1 => "The schema differs from its ledger in one place:",
            var count => $"The schema differs from its ledger in {count} places:",
        });
        foreach (var difference in result.Differences)
        {
            writer.WriteLine(DisplayText.Line($"  {difference}", DisplayText.MaxLineLength));
        }

        if (result.Repairs.Count > 0)
        {
            writer.WriteLine();
            var sql = RepairScript.Transaction(result);
            if (PsqlScript.IsPrintable(sql))
            {
                writer.WriteLine("This SQL repairs it; read it before you run it:");
                sql.Split('\n').ToList().ForEach(line => writer.WriteLine($"  {line}"));
            }
            else
            {
                writer.WriteLine("The SQL that repairs it has names that do not print. It is in the answer of verify --json.");
            }
        }

        if (result.Differences.Any(d => d.IsEarly))
        {
            writer.WriteLine();
            writer.WriteLine("What a migration makes that is not in the ledger, the SQL leaves alone: 'migrator up' continues there.");
        }

        if (result.Differences.Any(d => d is { Repairs.Count: 0, IsEarly: false }))
        {
            writer.WriteLine();
            writer.WriteLine("No statement repairs the rest: compare with a backup, or with a new database of the same version.");
        }

        if (result.Others.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Not the gateway's, and left alone:");
            foreach (var other in result.Others.Take(MaxOthers))
            {
                writer.WriteLine(DisplayText.Line($"  {other}", DisplayText.MaxLineLength));
            }

            if (result.Others.Count > MaxOthers)
            {
                writer.WriteLine($"  and {result.Others.Count - MaxOthers} more");
            }
        }
    }
}
