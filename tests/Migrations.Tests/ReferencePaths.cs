using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Migrations.Tests;

/// <summary>A second implementation of the rewrite of paths from 2.8 to 3.0, independent of the migration.</summary>
/// <remarks>
/// It works byte by byte, with the input and output buffers of RFC 3986, 5.2.4. It supports only paths whose triplets are valid UTF-8.
/// </remarks>
internal static partial class ReferencePaths
{
    private const string Reserved = "!#$%&'()*+,/:;=?@[]";
    private const string Meta = ".^-{}\\|";

    public static string Migrate(string path) =>
        path.StartsWith('~') ? path
        : Plain().IsMatch(path) ? RemoveDots(Decode(path, escape: false)) : "~" + Decode(path, escape: true);

    private static string Decode(string path, bool escape)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && char.IsAsciiHexDigit(path[i + 1]) && char.IsAsciiHexDigit(path[i + 2]))
            {
                var octet = byte.Parse(path.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                bytes.AddRange(Reserved.Contains((char)octet, StringComparison.Ordinal)
                    ? Encoding.ASCII.GetBytes(path.Substring(i, 3).ToUpperInvariant())
                    : escape && Meta.Contains((char)octet, StringComparison.Ordinal) ? [(byte)'\\', octet]
                    : [octet]);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(path, i, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static string RemoveDots(string input)
    {
        var output = new Stack<string>();
        while (input.Length > 0)
        {
            if (input.StartsWith("../", StringComparison.Ordinal) || input.StartsWith("./", StringComparison.Ordinal))
            {
                input = input[(input.IndexOf('/', StringComparison.Ordinal) + 1)..];
            }
            else if (input.StartsWith("/./", StringComparison.Ordinal) || input == "/.")
            {
                input = "/" + input[Math.Min(3, input.Length)..];
            }
            else if (input.StartsWith("/../", StringComparison.Ordinal) || input == "/..")
            {
                input = "/" + input[Math.Min(4, input.Length)..];
                output.TryPop(out _);
            }
            else if (input is "." or "..")
            {
                input = "";
            }
            else if (input.StartsWith("//", StringComparison.Ordinal))
            {
                input = input[1..];
            }
            else
            {
                var end = input.IndexOf('/', 1);
                output.Push(end < 0 ? input : input[..end]);
                input = end < 0 ? "" : input[end..];
            }
        }

        return string.Concat(output.Reverse());
    }

    // As in Kong, $ allows one line feed at the end.
    [GeneratedRegex(@"^[a-zA-Z0-9.\-_~/%]*$", RegexOptions.None, 1000)]
    private static partial Regex Plain();
}
