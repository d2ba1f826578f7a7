using System.Text;

namespace Migrator.Advice.Rules;

/// <summary>The form of a path in which Kong compares it with requests (RFC 3986, section 6).</summary>
internal static class NormalizedPath
{
    // Percent-encoded, these differ from the plain character and stay encoded.
    private const string Reserved = "!*'();:@&=+$,/?%#[]";

    /// <summary>
    /// Decodes what need not be percent-encoded, removes <c>.</c> and <c>..</c> segments and merges slashes. In the result each character
    /// is one byte.
    /// </summary>
    /// <param name="path">The path, with one character per byte.</param>
    public static string Of(string path)
    {
        if (path is "" or "/")
        {
            return path;
        }

        var decoded = Decode(path);
        return decoded.Contains('.', StringComparison.Ordinal) || decoded.Contains("//", StringComparison.Ordinal)
            ? RemoveDots(decoded)
            : decoded;
    }

    private static string Decode(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%' || i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                text.Append(path[i]);
                continue;
            }

            var c = (char)Convert.FromHexString(path.AsSpan(i + 1, 2))[0];
            if (Reserved.Contains(c, StringComparison.Ordinal))
            {
                text.Append(path.Substring(i, 3).ToUpperInvariant());
            }
            else
            {
                text.Append(c);
            }

            i += 2;
        }

        return text.ToString();
    }

    private static string RemoveDots(string path)
    {
        var output = new List<string>();
        var rest = path.AsSpan();
        while (rest.Length > 0)
        {
            switch (rest)
            {
                case "/.":
                    rest = "/";
                    break;
                case "/..":
                    rest = "/";
                    RemoveLast(output);
                    break;
                case "." or "..":
                    rest = [];
                    break;
                case ['.', '.', '/', ..]:
                    rest = rest[3..];
                    break;
                case ['.', '/', ..] or ['/', '.', '/', ..]:
                    rest = rest[2..];
                    break;
                case ['/', '.', '.', '/', ..]:
                    rest = rest[3..];
                    RemoveLast(output);
                    break;
                case ['/', '/', ..]:
                    rest = rest[1..];
                    break;
                default:
                    var slash = rest[1..].IndexOf('/');
                    var end = slash < 0 ? rest.Length : slash + 1;
                    output.Add(rest[..end].ToString());
                    rest = rest[end..];
                    break;
            }
        }

        return string.Concat(output);
    }

    private static void RemoveLast(List<string> output)
    {
        if (output.Count > 0)
        {
            output.RemoveAt(output.Count - 1);
        }
    }
}
