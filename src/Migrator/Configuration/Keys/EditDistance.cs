namespace Migrator.Configuration.Keys;

/// <summary>
/// How many slips of the finger lie between two words: a letter too many, too few, another one, or two neighbours swapped (optimal string
/// alignment).
/// </summary>
internal static class EditDistance
{
    /// <summary>The distance, or <paramref name="limit"/> + 1 where it is larger than <paramref name="limit"/>.</summary>
    public static int Between(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
        {
            return limit + 1;
        }

        var width = right.Length + 1;
        Span<int> rows = stackalloc int[3 * width];
        for (var column = 0; column < width; column++)
        {
            rows[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            var best = Fill(rows, width, left, right, row);
            if (best > limit)
            {
                return limit + 1;
            }
        }

        return Math.Min(rows[(left.Length % 3 * width) + right.Length], limit + 1);
    }

    private static int Fill(Span<int> rows, int width, string left, string right, int row)
    {
        var current = rows.Slice(row % 3 * width, width);
        var above = rows.Slice((row + 2) % 3 * width, width);
        var twoAbove = rows.Slice((row + 1) % 3 * width, width);
        current[0] = row;
        var best = row;
        for (var column = 1; column < width; column++)
        {
            var differs = left[row - 1] == right[column - 1] ? 0 : 1;
            var distance = Math.Min(Math.Min(above[column], current[column - 1]) + 1, above[column - 1] + differs);
            if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
            {
                distance = Math.Min(distance, twoAbove[column - 2] + 1);
            }

            current[column] = distance;
            best = Math.Min(best, distance);
        }

        return best;
    }
}
