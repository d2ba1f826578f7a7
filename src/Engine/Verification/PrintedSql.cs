using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Migrator.Verification;

/// <summary>Brings what different versions of PostgreSQL print for one thing to one form: that of the newest, without the schema.</summary>
/// <param name="prefix">What PostgreSQL writes before names of the gateway's schema.</param>
internal sealed partial class PrintedSql(string prefix)
{
    /// <summary>
    /// The MD5 of the bodies that Kong gives its trigger functions, the same in every gateway from 2.8 to 3.9 that has them; migrator's are
    /// other texts that do the same (<see cref="Migrations.Dsl.TriggerFunctions"/>).
    /// </summary>
    private static readonly Dictionary<string, string> KongsBodies = new(StringComparer.Ordinal)
    {
        ["sync_tags"] = "46f60b206e36d3e3a1f2693bafb90bf1",
        ["batch_delete_expired_rows"] = "394b21b262ce89872a545ff0655af63a",
    };

    /// <summary>The plain form of a definition or default.</summary>
    /// <remarks>Storage parameters, which only an index has here, are left out: they are the operator's.</remarks>
    public string Plain(string printed) => UtcFunction()
        .Replace(StorageParameters().Replace(printed, ""), "(${now} AT TIME ZONE 'UTC'::text)")
        .Replace(" EXECUTE PROCEDURE ", " EXECUTE FUNCTION ", StringComparison.Ordinal)
        .Replace(prefix, "", StringComparison.Ordinal)
        .Replace(prefix.Replace("'", "''", StringComparison.Ordinal), "", StringComparison.Ordinal);

    /// <summary>Whether a default is the id of some workspace.</summary>
    public static bool IsUuid(string? printed) => printed is not null && UuidLiteral().IsMatch(printed);

    /// <summary>Whether a body is that of a function of the gateway's, as Kong or migrator writes it.</summary>
    /// <param name="name">The function.</param>
    /// <param name="body">Its body in the catalogue.</param>
    /// <param name="sql">The statement with which migrator creates it.</param>
    public static bool IsBody(string name, string body, string sql) =>
        sql.Contains($"$${body}$$", StringComparison.Ordinal) || Md5(body) == KongsBodies.GetValueOrDefault(name);

#pragma warning disable CA5351 // Not for security: these are the sums that are known of Kong's bodies.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex(@"timezone\('UTC'::text, (?<now>CURRENT_TIMESTAMP\(\d\))\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UtcFunction();

    [GeneratedRegex(@"(?<=^CREATE .*\)) WITH \([^)]*\)", RegexOptions.Singleline, 1000)]
    private static partial Regex StorageParameters();

    [GeneratedRegex("^'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'::uuid$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UuidLiteral();
}
