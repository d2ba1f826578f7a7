using Migrator.Display;
using Migrator.Verification;

namespace Migrator.Output;

/// <summary>Prints the result of <c>verify</c> for people: verdict, differences, the SQL that mends them, other objects.</summary>
internal static class VerifyText
{
    private const int MostOthers = 20;

    /// <summary>Writes the result.</summary>
    /// <param name="writer">Where to.</param>
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
            writer.WriteLine(DisplayText.Line($"  {difference}", DisplayText.LongestLine));
        }

        if (result.Mends.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("This SQL mends it; read it before you run it:");
            WriteSql(writer, result, "  ");
        }

        if (result.Differences.Any(d => d.Mend is null))
        {
            writer.WriteLine();
            writer.WriteLine("No statement mends the rest: compare with a backup, or with a new database of the same version.");
        }

        if (result.Others.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Not the gateway's, and left alone:");
            foreach (var other in result.Others.Take(MostOthers))
            {
                writer.WriteLine(DisplayText.Line($"  {other}", DisplayText.LongestLine));
            }

            if (result.Others.Count > MostOthers)
            {
                writer.WriteLine($"  and {result.Others.Count - MostOthers} more");
            }
        }
    }

    /// <summary>Writes the SQL that mends the differences: one transaction, or nothing where there is nothing to mend.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="result">The result.</param>
    /// <param name="indent">What each line begins with.</param>
    public static void WriteSql(TextWriter writer, VerificationResult result, string indent = "")
    {
        foreach (var unmended in result.Differences.Where(d => d.Mend is null))
        {
            writer.WriteLine($"{indent}-- no statement mends this: {DisplayText.Line(unmended.ToString(), DisplayText.LongestLine)}");
        }

        if (result.Mends.Count == 0)
        {
            return;
        }

        foreach (var line in result.Mends.Prepend("BEGIN").Append("COMMIT").SelectMany(sql => (sql + ";").Split('\n')))
        {
            writer.WriteLine(indent + DisplayText.Line(line));
        }
    }
}
