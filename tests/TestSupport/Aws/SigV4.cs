using System.Security.Cryptography;
using System.Text;

namespace TestSupport.Aws;

/// <summary>AWS Signature Version 4, implemented from its documentation, so that tests do not use the program's own signer.</summary>
public static class SigV4
{
    /// <summary>The hash of an empty body.</summary>
    public static string HashOfNothing { get; } = Hash([]);

    /// <summary>The hash of a body.</summary>
    public static string Hash(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>Percent-encodes all but the unreserved characters of RFC 3986.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            _ = b < 128 && (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')
                ? encoded.Append(c)
                : encoded.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }

    /// <summary>The signature of a canonical request.</summary>
    /// <param name="secretKey">The secret key.</param>
    /// <param name="date">The time in the format of <c>X-Amz-Date</c>.</param>
    /// <param name="region">The region.</param>
    /// <param name="service">The service.</param>
    /// <param name="canonicalRequest">The canonical request.</param>
    public static string Sign(string secretKey, string date, string region, string service, string canonicalRequest)
    {
        var day = date[..8];
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in (string[])[day, region, service, "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var text = $"AWS4-HMAC-SHA256\n{date}\n{day}/{region}/{service}/aws4_request\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
