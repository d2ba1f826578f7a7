namespace Migrator.Ledger;

/// <summary>All SQL for Kong's ledger, the table <c>schema_meta</c>.</summary>
/// <remarks>
/// The rows have Kong's format, so that Kong and migrator can take turns on one database (Kong 3.9; the ledger is described in
/// docs/architecture.md).
/// </remarks>
internal static class SchemaMeta
{
    /// <summary>The most rows of a ledger. Kong has about forty subsystems; a table with more rows is not Kong's.</summary>
    private const int MaxRows = 1000;

    private const string Shape =
        "('key', 'text'), ('subsystem', 'text'), ('last_executed', 'text'), ('executed', 'text[]'), ('pending', 'text[]')";

    /// <summary>Reads the ledger into a setting of the transaction: as JSON, or empty if there is no ledger.</summary>
    /// <remarks>
    /// A plain SELECT would be an error on an empty database, and a separate check for the table would cost another round trip. A relation
    /// of this name that is not Kong's table is not read, because reading it can run code of its owner (a view, a type with casts). It is
    /// reported in <see cref="TableShape.Diagnostic"/>.
    /// </remarks>
    public static readonly string Read =
        $"""
        DO $$
        DECLARE
          {TableShape.Variables}
          row_count bigint;
          content text := '';
        BEGIN
          PERFORM set_config('migrator.flaw', '', true);
          {TableShape.Check("schema_meta", Shape)}
          IF is_sound THEN
            EXECUTE format(
              'SELECT count(*), coalesce(json_agg(json_build_object(
                 ''subsystem'', subsystem, ''last_executed'', last_executed, ''executed'', executed, ''pending'', pending)
                   ORDER BY subsystem)::text, ''[]'')
                 FROM (SELECT * FROM %I.schema_meta WHERE key = ''schema_meta'' LIMIT {MaxRows + 1}) AS ledger', schema)
              INTO row_count, content;
            IF row_count > {MaxRows} THEN
              content := '';
              flaw := 'it has more than {MaxRows} rows';
            END IF;
          END IF;
          PERFORM set_config('migrator.ledger', content, true), set_config('migrator.ledger_owner', coalesce(table_owner, ''), true);
          {TableShape.Report("schema_meta")}
        END
        $$
        """;

    /// <summary>The result of <see cref="Read"/>, as an SQL expression.</summary>
    public const string Snapshot = "current_setting('migrator.ledger', true)";

    /// <summary>The owner of the table that <see cref="Read"/> found, as an SQL expression; empty if there is none.</summary>
    public const string TableOwner = "current_setting('migrator.ledger_owner')";

    /// <summary>Records a migration as executed. A name that is already recorded is not added again.</summary>
    public static NpgsqlBatchCommand RecordExecuted(GatewaySchema schema, string subsystem, string migration) => Command(
        $"""
        INSERT INTO {schema.Qualify("schema_meta")} AS m (key, subsystem, last_executed, executed) VALUES ('schema_meta', $1, $2, ARRAY[$2])
        ON CONFLICT (key, subsystem) DO UPDATE SET
          last_executed = excluded.last_executed,
          executed = CASE WHEN $2 = ANY (m.executed) THEN m.executed ELSE array_append(m.executed, $2) END,
          pending = array_remove(m.pending, $2)
        """,
        subsystem,
        migration);

    /// <summary>Records a migration as pending: its up phase is done, its finish phase is not.</summary>
    public static NpgsqlBatchCommand RecordPending(GatewaySchema schema, string subsystem, string migration) => Command(
        $"""
        INSERT INTO {schema.Qualify("schema_meta")} AS m (key, subsystem, pending) VALUES ('schema_meta', $1, ARRAY[$2])
        ON CONFLICT (key, subsystem) DO UPDATE SET
          pending = CASE WHEN $2 = ANY (m.pending) THEN m.pending ELSE array_append(m.pending, $2) END
        """,
        subsystem,
        migration);

    private static NpgsqlBatchCommand Command(string sql, string subsystem, string migration) => new(sql)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = subsystem }, new NpgsqlParameter<string> { TypedValue = migration } },
    };
}
