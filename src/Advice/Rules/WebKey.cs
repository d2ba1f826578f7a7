using System.Security.Cryptography;
using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>A key in the form JSON Web Key: whether OpenSSL can make a key of its numbers.</summary>
internal static class WebKey
{
    private static readonly string[] RsaNumbers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

    /// <summary>Whether it may be read. Members that are no texts are not looked at.</summary>
    public static bool IsReadable(KongTable key) => key["kty"] switch
    {
        // OpenSSL takes both primes or none.
        "RSA" => key["n"] is not null && key["e"] is not null && key["p"] is null == key["q"] is null
            && RsaNumbers.All(n => IsEncoded(key[n])),
        "EC" => IsPoint(key),
        "OKP" => IsRaw(key),
        _ => false,
    };

    /// <summary>Whether one of its numbers is a null, on which the gateway fails.</summary>
    public static bool HasNull(KongTable key) => key["kty"] switch
    {
        "RSA" => RsaNumbers.Any(n => key[n] is Null),
        "EC" => key["x"] is Null || key["y"] is Null || key["d"] is Null,
        _ => false,
    };

    private static bool IsPoint(KongTable key)
    {
        if (key["x"] is null || key["y"] is null || !IsEncoded(key["x"]) || !IsEncoded(key["y"]) || !IsEncoded(key["d"]))
        {
            return false;
        }

        var (curve, size) = key["crv"] switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => (default, 0),
        };
        if (size == 0 || key["x"] is not string x || key["y"] is not string y)
        {
            return size > 0;
        }

        if (Pad(x, size) is not { } left || Pad(y, size) is not { } right)
        {
            return false;
        }

        try
        {
            using var point = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = left, Y = right } });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsRaw(KongTable key)
    {
        var size = key["crv"] switch
        {
            "Ed25519" or "X25519" => 32,
            "Ed448" => 57,
            "X448" => 56,
            _ => 0,
        };
        return size > 0 && (key["d"] ?? key["x"]) is { } number
            && (number is not string text || Decode(text) is { } data && data.Length == size);
    }

    private static bool IsEncoded(object? number) => number is not string text || Decode(text) is not null;

    private static byte[]? Pad(string number, int size)
    {
        var data = Decode(number)!.AsSpan().TrimStart((byte)0);
        if (data.Length > size)
        {
            return null;
        }

        var padded = new byte[size];
        data.CopyTo(padded.AsSpan(size - data.Length));
        return padded;
    }

    // What follows an equals sign does not count.
    private static byte[]? Decode(string text)
    {
        var end = text.IndexOf('=', StringComparison.Ordinal);
        var digits = end < 0 ? text : text[..end];
        if (digits.Length % 4 == 1 || !digits.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return null;
        }

        var base64 = digits.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
    }
}
