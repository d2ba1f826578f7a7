using System.Buffers.Binary;
using System.Text;

namespace Migrator.Iam.Signing;

/// <summary>A DNS answer, as far as aliases need it.</summary>
/// <param name="Code">The response code: 0 for no error, 3 for a name that does not exist.</param>
/// <param name="IsTruncated">Whether the answer did not fit, and has to be asked for over TCP.</param>
/// <param name="Aliases">The names that are aliases (CNAME), with the names that they stand for.</param>
/// <param name="HasAddress">Whether there is an address in it.</param>
internal sealed record DnsAnswer(int Code, bool IsTruncated, IReadOnlyDictionary<string, string> Aliases, bool HasAddress);

/// <summary>Writes DNS queries for addresses and reads their answers (RFC 1035, section 4). An answer may be hostile.</summary>
internal static class DnsMessage
{
    private const int HeaderLength = 12;
    private const int MaxNameLength = 255;
    private const int MaxRecords = 256;
    private const ushort TypeA = 1;
    private const ushort TypeCname = 5;
    private const ushort ClassInternet = 1;

    /// <summary>Writes a query for the addresses of a name; null if it is not a host name.</summary>
    /// <param name="id">The number of the query.</param>
    /// <param name="name">The name, without a final dot.</param>
    public static byte[]? Query(ushort id, string name)
    {
        var query = new List<byte> { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.Split('.'))
        {
            if (label.Length is 0 or > 63 || !label.All(char.IsAscii))
            {
                return null;
            }

            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }

        query.AddRange([0, 0, (byte)TypeA, 0, (byte)ClassInternet]);
        return name.Length > MaxNameLength - 2 ? null : [.. query];
    }

    /// <summary>Reads an answer; null if it is not one to this query, or is malformed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="id">The number of the query.</param>
    /// <param name="name">The name in the query.</param>
    public static DnsAnswer? Read(ReadOnlySpan<byte> message, ushort id, string name)
    {
        if (message.Length < HeaderLength || Number(message, 0) != id || (message[2] & 0xF8) != 0x80 || Number(message, 4) != 1)
        {
            return null;
        }

        var at = HeaderLength;
        if (Name(message, ref at)?.Equals(name, StringComparison.OrdinalIgnoreCase) != true || message.Length < at + 4
            || Number(message, at) != TypeA || Number(message, at + 2) != ClassInternet)
        {
            return null;
        }

        var (code, isTruncated) = (message[3] & 0x0F, (message[2] & 0x02) != 0);
        var aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        return isTruncated ? new DnsAnswer(code, isTruncated, aliases, HasAddress: false)
            : ReadRecords(message, at + 4, aliases) is { } hasAddress ? new DnsAnswer(code, isTruncated, aliases, hasAddress)
            : null;
    }

    // Whether there is an address; null if a record is malformed.
    private static bool? ReadRecords(ReadOnlySpan<byte> message, int at, Dictionary<string, string> aliases)
    {
        var hasAddress = false;
        var count = Number(message, 6);
        for (var i = 0; i < count; i++)
        {
            if (i == MaxRecords || Name(message, ref at) is not { } owner || message.Length < at + 10)
            {
                return null;
            }

            var (type, isInternet, length) = (Number(message, at), Number(message, at + 2) == ClassInternet, Number(message, at + 8));
            at += 10;
            if (message.Length < at + length)
            {
                return null;
            }

            var data = at;
            at += length;
            hasAddress |= isInternet && type == TypeA;
            if (isInternet && type == TypeCname)
            {
                if (Name(message, ref data) is not { } target || data != at)
                {
                    return null;
                }

                aliases.TryAdd(owner, target);
            }
        }

        return hasAddress;
    }

    // A name may continue at an earlier place of the message. Each of these places must lie before the one that names it, so that a
    // message cannot lead in a circle.
    private static string? Name(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        var place = at;
        var earliest = at;
        var isElsewhere = false;
        while (place < message.Length)
        {
            var length = message[place];
            if (length == 0)
            {
                at = isElsewhere ? at : place + 1;
                return name.ToString();
            }

            if (length >= 0xC0)
            {
                if (place + 1 >= message.Length || (((length & 0x3F) << 8) | message[place + 1]) is var target && target >= earliest)
                {
                    return null;
                }

                at = isElsewhere ? at : place + 2;
                isElsewhere = true;
                place = earliest = ((length & 0x3F) << 8) | message[place + 1];
                continue;
            }

            if (length > 63 || place + 1 + length > message.Length || name.Length + length + 1 > MaxNameLength)
            {
                return null;
            }

            name.Append(name.Length == 0 ? "" : ".");
            foreach (var b in message.Slice(place + 1, length))
            {
                // A byte that host names do not have becomes a character that they do not have either.
                name.Append(char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' ? char.ToLowerInvariant((char)b) : '?');
            }

            place += 1 + length;
        }

        return null;
    }

    private static ushort Number(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
}
