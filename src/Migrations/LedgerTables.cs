using Migrations.Model;

namespace Migrations;

/// <summary>The tables that Kong creates before its first migration: the ledger <c>schema_meta</c>, and <c>locks</c>.</summary>
public static class LedgerTables
{
    /// <summary>Both tables and their index, as schema changes.</summary>
    public static IReadOnlyList<SchemaChange> Changes { get; } =
    [
        new TableCreated(
            "schema_meta",
            [
                new("key", "text", IsNullable: false), new("subsystem", "text", IsNullable: false), new("last_executed", "text", true),
                new("executed", "text[]", true), new("pending", "text[]", true),
            ],
            [new("schema_meta_pkey", "PRIMARY KEY (key, subsystem)")]),
        new TableCreated(
            "locks",
            [new("key", "text", IsNullable: false), new("owner", "text", true), new("ttl", "timestamp with time zone", true)],
            [new("locks_pkey", "PRIMARY KEY (key)")]),
        new IndexCreated("locks", new IndexModel("locks_ttl_idx", "(ttl)")),
    ];

    /// <summary>SQL that creates both tables unless they exist.</summary>
    /// <param name="schema">The gateway's schema.</param>
    public static IReadOnlyList<string> Create(GatewaySchema schema) =>
    [
        $"""
        CREATE TABLE IF NOT EXISTS {schema.Qualify("schema_meta")} (
          key text, subsystem text, last_executed text, executed text[], pending text[], PRIMARY KEY (key, subsystem))
        """,
        .. CreateLocks(schema),
    ];

    /// <summary>SQL that creates <c>locks</c> unless it exists: a Kong that is killed early leaves only <c>schema_meta</c>.</summary>
    /// <param name="schema">The gateway's schema.</param>
    public static IReadOnlyList<string> CreateLocks(GatewaySchema schema) =>
    [
        $"CREATE TABLE IF NOT EXISTS {schema.Qualify("locks")} (key text PRIMARY KEY, owner text, ttl timestamptz)",
        $"CREATE INDEX IF NOT EXISTS locks_ttl_idx ON {schema.Qualify("locks")} (ttl)",
    ];

    /// <summary>SQL that fails if the ledger has not stored an entry, because a trigger or a rule discards or changes it.</summary>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="subsystem">The subsystem.</param>
    /// <param name="migration">The migration.</param>
    /// <param name="column">The column that must have it: <c>executed</c> or <c>pending</c>.</param>
    public static string RequireEntry(GatewaySchema schema, string subsystem, string migration, string column) =>
        $"""
        DO $$
        BEGIN
          IF NOT EXISTS (SELECT FROM {schema.Qualify("schema_meta")} WHERE key = 'schema_meta' AND subsystem = {Sql.Literal(subsystem)}
              AND {Sql.Literal(migration)} = ANY ({column})) THEN
            {new WatchedRewrite(schema, "schema_meta").Fail("'the ledger did not store the entry of the migration, a row'")}
          END IF;
        END
        $$
        """;
}
