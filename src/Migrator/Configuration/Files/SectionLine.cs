using System.Text;

namespace Migrator.Configuration.Files;

/// <summary>
/// Section lines. Kong: a line whose very first character is <c>[</c> starts a section, and everything behind it is lost; there is no way
/// back. One without a name between brackets makes its loader crash.
/// </summary>
internal static class SectionLine
{
    /// <summary>Whether the line is one.</summary>
    public static bool Is(ReadOnlySpan<byte> line) => line.StartsWith((byte)'[');

    /// <summary>The name between the first brackets that hold one; null where none do.</summary>
    public static string? NameOf(ReadOnlySpan<byte> line)
    {
        for (var open = 0; open >= 0;)
        {
            line = line[(open + 1)..];
            var close = line.IndexOf((byte)']');
            if (close != 0)
            {
                return close < 0 ? null : Encoding.Latin1.GetString(line[..Math.Min(close, 80)]);
            }

            open = line.IndexOf((byte)'[');
        }

        return null;
    }
}
