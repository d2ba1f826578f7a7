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
            writer.WriteLine("This SQL repairs it; read it before you run it:");
            WriteSql(writer, result, "  ");
        }

        if (result.Differences.Any(d => d.RepairSql is null))
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

    /// <summary>Writes the SQL that repairs the differences, as one transaction. Writes no statement if there is none.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="result">The result.</param>
    /// <param name="indent">The start of each line.</param>
    public static void WriteSql(TextWriter writer, VerificationResult result, string indent = "")
    {
        foreach (var unrepaired in result.Differences.Where(d => d.RepairSql is null))
        {
            writer.WriteLine($"{indent}-- no statement repairs this: {DisplayText.Line(unrepaired.ToString(), DisplayText.MaxLineLength)}");
        }

        if (result.Repairs.Count == 0)
        {
            return;
        }

        foreach (var line in result.Repairs.Prepend("BEGIN").Append("COMMIT").SelectMany(sql => (sql + ";").Split('\n')))
        {
            writer.WriteLine(indent + DisplayText.Line(line));
        }
    }
}
