using Migrator.Display;

namespace Migrator.Verification;

/// <summary>The statements that repair a schema, as one transaction that means the same in every session.</summary>
internal static class RepairScript
{
    /// <summary>The transaction; empty if no statement repairs anything.</summary>
    /// <param name="result">What the comparison has found.</param>
    /// <param name="guard">What comes before the repairs.</param>
    public static string Transaction(VerificationResult result, string? guard = null) => result.Repairs.Count == 0 ? "" : string.Join('\n',
    [
        "BEGIN;",
        "SET LOCAL standard_conforming_strings = on;",
        "SET LOCAL search_path = pg_catalog, pg_temp;",
        "SET LOCAL TimeZone = 'UTC';",
        "SET LOCAL row_security = off;",
        "SET LOCAL statement_timeout = 0;",
        "SET LOCAL lock_timeout = '3s';",
        .. guard is null ? [] : new[] { guard + ";" },
        .. Sql(result, isOwner: true),

        // What a superuser made would be the superuser's, and the gateway could not use it.
        .. result.Owner is { } owner ? [$"SET LOCAL ROLE {Migrations.Dsl.Sql.Identifier(owner)};"] : Array.Empty<string>(),
        .. Sql(result, isOwner: false),
        "COMMIT;",
    ]);

    /// <summary>The script for psql, which says what it does not repair.</summary>
    /// <param name="result">What the comparison has found.</param>
    /// <param name="schema">The gateway's schema.</param>
    public static string Script(VerificationResult result, GatewaySchema schema)
    {
        var unrepaired = string.Join('\n', result.Differences.Where(d => d.Repairs.Count == 0)
            .Select(d => (d.IsEarly ? "-- left to 'migrator up': " : "-- no statement repairs this: ")
                + DisplayText.Line(d.ToString(), DisplayText.MaxLineLength)));
        string[] repairs = result.Repairs.Count == 0 ? [] :
        [
            "-- Run: psql -X -f THIS_FILE, " + (result.Repairs.Any(r => r.Sql.Contains(" OWNER TO ", StringComparison.Ordinal))
                ? "as a superuser or a role with the rights of all owners, who becomes the owner of the tables."
                : "as the owner of the tables or as a superuser, who becomes that owner."),
            "-- If a table is in use for longer than lock_timeout, or if a statement fails, nothing is changed.",
            PsqlScript.Header,
            Transaction(result, SchemaGuard.CheckEventTriggers(schema)),
        ];
        return string.Join('\n', repairs.Prepend(unrepaired).Where(part => part.Length > 0));
    }

    private static IEnumerable<string> Sql(VerificationResult result, bool isOwner) =>
        result.Repairs.Where(r => r.Order == RepairOrder.Owner == isOwner).Select(r => r.Sql + ";");
}
