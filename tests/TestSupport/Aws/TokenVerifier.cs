using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TestSupport.Aws;

/// <summary>Verifies tokens as RDS does, but also gives the reason of a refusal.</summary>
/// <param name="account">The account with the known keys.</param>
/// <param name="host">The endpoint name of the instance.</param>
/// <param name="port">The port of the instance.</param>
/// <param name="region">The region of the instance.</param>
public sealed class TokenVerifier(AwsAccount account, string host, int port, string region)
{
    private static readonly string[] Required =
        ["Action", "DBUser", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
            "X-Amz-Signature"];

    /// <summary>Verifies a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="user">The user who logs in.</param>
    /// <returns>The identity that signed the token, or why it is refused.</returns>
    public (AwsIdentity? Identity, string? Refusal) Verify(string token, string user)
    {
        var parts = token.Split("/?", 2);
        if (parts.Length != 2)
        {
            return (null, "not HOST:PORT/?QUERY");
        }

        var query = Parse(parts[1]);
        if (Required.FirstOrDefault(r => !query.ContainsKey(r)) is { } missing)
        {
            return (null, $"{missing} is missing");
        }

        var scope = query["X-Amz-Credential"].Split('/');
        if (scope.Length != 5 || scope[3] != "rds-db" || scope[4] != "aws4_request" || account.Find(scope[0]) is not { } identity)
        {
            return (null, "unknown access key, or not a scope of rds-db");
        }

        return Refusal(parts[0], query, scope, identity, user) is { } refusal ? (null, refusal) : (identity, null);
    }

    private string? Refusal(string address, IReadOnlyDictionary<string, string> query, string[] scope, AwsIdentity identity, string user)
    {
        var own = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        var canonical = string
            .Join('&', query.Where(p => p.Key != "X-Amz-Signature").OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{SigV4.Encode(p.Key)}={SigV4.Encode(p.Value)}"));
        var signature = SigV4
            .Sign(identity.SecretKey, query["X-Amz-Date"], scope[2], "rds-db",
            $"GET\n/\n{canonical}\nhost:{own}\n\nhost\n{SigV4.HashOfNothing}");
        var date = DateTimeOffset
            .ParseExact(query["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var life = TimeSpan.FromSeconds(int.Parse(query["X-Amz-Expires"], CultureInfo.InvariantCulture));
        return query switch
        {
            _ when address != own => $"signed for {address}",
            _ when query["Action"] != "connect" => "another action",
            _ when query["DBUser"] != user => $"signed for user {query["DBUser"]}",
            _ when scope[2] != region => $"signed for region {scope[2]}",
            _ when scope[1] != query["X-Amz-Date"][..8] => "two dates",
            _ when query.GetValueOrDefault("X-Amz-Security-Token", "") != (identity.SessionToken ?? "") => "another session token",
            _ when !CryptographicOperations
                .FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(query["X-Amz-Signature"])) =>
                "the signature does not match",
            _ when life > TimeSpan.FromMinutes(15) => "lives too long",
            _ when date > account.Now + TimeSpan.FromMinutes(5) => "signed in the future",
            _ when date + life < account.Now => "expired",
            _ when identity.Expires < account.Now => "the credentials have expired",
            _ when identity.Expires < date + life - TimeSpan.FromSeconds(1) => "lives longer than its credentials",
            _ => null,
        };
    }

    /// <summary>The parameters of a token's query. A plus sign is not decoded.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string query) => query.Split('&').Select(p => p.Split('=', 2))
        .ToDictionary(p => Uri.UnescapeDataString(p[0]), p => Uri.UnescapeDataString(p[1]), StringComparer.Ordinal);
}
