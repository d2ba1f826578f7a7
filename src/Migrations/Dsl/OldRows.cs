namespace Migrations.Dsl;

/// <summary>The rows that a rewrite may change or delete.</summary>
/// <param name="Table">The table.</param>
/// <param name="Where">Which rows, as an SQL condition.</param>
public sealed record OldRows(string Table, string Where)
{
    private const string Cursor = "migrator_old_rows";

    /// <summary>The columns that <see cref="Read"/> returns: the migration, the phase, the table, and the row as JSON.</summary>
    public static readonly IReadOnlyList<string> Columns = ["old_migration", "old_phase", "old_table", "old_row"];

    /// <summary>The statements that return these rows; none if the table is missing.</summary>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="migration">The migration that changes the rows, e.g. <c>acme/003_350_to_360</c>.</param>
    /// <param name="phase">The phase.</param>
    /// <remarks>
    /// The lock keeps the rows from being changed by a gateway until the rewrite has changed them. Reading continues. The cursor allows for
    /// a table that does not exist, which a plain query does not.
    /// </remarks>
    public IEnumerable<string> Read(GatewaySchema schema, string migration, string phase) =>
    [
        $"""
        DO $$
        DECLARE
          old_rows refcursor := '{Cursor}';
        BEGIN
          IF {schema.ToRegclass(Table)} IS NULL THEN
            OPEN old_rows FOR SELECT {Values(migration, phase)}, NULL::text AS {Columns[3]} WHERE false;
          ELSE
            LOCK TABLE {schema.Qualify(Table)} IN SHARE ROW EXCLUSIVE MODE;
            OPEN old_rows FOR SELECT {Values(migration, phase)}, to_jsonb(old_rows_of_table)::text AS {Columns[3]}
              FROM {schema.Qualify(Table)} AS old_rows_of_table WHERE {Where};
          END IF;
        END
        $$
        """,
        $"FETCH ALL FROM {Cursor}",
        $"CLOSE {Cursor}",
    ];

    private string Values(string migration, string phase) => string.Join(
        ", ", ((string[])[migration, phase, Table]).Zip(Columns, (value, column) => $"{Sql.Literal(value)}::text AS {column}"));
}
