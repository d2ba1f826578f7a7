using Migrator.Display;

namespace Migrator.Verification;

/// <summary>One place where the live catalogue is not what the ledger says it should be.</summary>
/// <param name="Kind">In which way it differs.</param>
/// <param name="Object">The object: a table, or a table and column.</param>
/// <param name="Text">What is different, as the rest of a sentence.</param>
/// <param name="Repairs">The statements that repair it; empty where none can.</param>
internal sealed record Difference(DifferenceKind Kind, string Object, string Text, IReadOnlyList<Repair> Repairs)
{
    /// <summary>The statements as one text, in their order, without a semicolon at its end; null where none can repair it.</summary>
    public string? RepairSql => Repairs.Count == 0 ? null : string.Join(";\n", Repairs.OrderBy(r => r.Order).Select(r => r.Sql));

    /// <summary>Whether it is there too early: a migration that the ledger does not record makes it, and keeps what is in it.</summary>
    public bool IsEarly { get; init; }

    /// <summary>Something that is there, and that no migration of the ledger leaves there.</summary>
    /// <param name="place">The table, or the table and column.</param>
    /// <param name="what">What it is, as the subject of a sentence.</param>
    /// <param name="early">The migration that makes it, which the ledger does not record; null if none does.</param>
    /// <param name="drop">The statements that drop it.</param>
    public static Difference Extra(string place, string what, string? early, IEnumerable<Repair> drop)
    {
        var text = $"{what} is not the gateway's at this point of its migrations";
        return early is null ? new(DifferenceKind.Extra, place, text, [.. drop])
            : new(DifferenceKind.Extra, place, $"{text}: {early} makes it, which is not in the ledger", []) { IsEarly = true };
    }

    /// <inheritdoc />
    public override string ToString() => $"{Object}: {Text}";
}

/// <summary>A statement that repairs something.</summary>
/// <param name="Order">Its place among others.</param>
/// <param name="Sql">The statement, without a semicolon at its end.</param>
internal sealed record Repair(RepairOrder Order, string Sql)
{
    /// <summary>The statement, without a semicolon at its end. A name in it is on one line; only a body has several.</summary>
    public string Sql { get; init; } = Sql.Contains("$$", StringComparison.Ordinal) ? Sql : DisplayText.Sql(Sql);

    /// <summary>Drops something, unless it holds something. No session can write to the table in between.</summary>
    /// <param name="order">Its place among others.</param>
    /// <param name="what">What it is, for the warning, without quotes.</param>
    /// <param name="table">The table, for SQL.</param>
    /// <param name="rows">The condition on the rows that must not be lost.</param>
    /// <param name="drop">The statement.</param>
    public static Repair DropEmpty(RepairOrder order, string what, string table, string rows, string drop) => new(
        order,
        $"""
        DO $$
        BEGIN
          LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;
          IF EXISTS (SELECT FROM ONLY {table} WHERE {rows}) THEN
            RAISE WARNING USING MESSAGE = '{what} is not empty, and stays. If nobody needs what is in it: '
              || {Migrations.Dsl.Sql.Literal(drop + ";")};
          ELSE
            {drop};
          END IF;
        END
        $$
        """);
}

/// <summary>In which way an object differs.</summary>
internal enum DifferenceKind
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is there, and is another one.</summary>
    Changed,

    /// <summary>It is not to be there.</summary>
    Extra,

    /// <summary>It belongs to another role than the ledger does.</summary>
    Owner,

    /// <summary>The user of the connection lacks a right on it.</summary>
    Right,
}

/// <summary>The order of all statements that repair a schema: what a statement needs comes before it.</summary>
internal enum RepairOrder
{
    /// <summary>What the owner of the tables may not be able to do: to become the owner, and the right to use the schema.</summary>
    Owner,

    /// <summary>Drops foreign keys, checks, triggers and rules.</summary>
    DropPart,

    /// <summary>Drops indexes, primary and unique keys, which foreign keys refer to.</summary>
    DropKey,

    /// <summary>Drops columns.</summary>
    DropColumn,

    /// <summary>Drops tables and functions.</summary>
    DropObject,

    /// <summary>Gives what has another name its own.</summary>
    Rename,

    /// <summary>Functions, which triggers call.</summary>
    Function,

    /// <summary>Sequences, which defaults call.</summary>
    Sequence,

    /// <summary>Tables.</summary>
    Table,

    /// <summary>Columns.</summary>
    Column,

    /// <summary>Defaults of columns, and what connects a column with its sequence.</summary>
    Default,

    /// <summary>Primary and unique keys, which foreign keys refer to.</summary>
    Key,

    /// <summary>Foreign keys and checks.</summary>
    ForeignKey,

    /// <summary>Indexes.</summary>
    Index,

    /// <summary>Triggers.</summary>
    Trigger,

    /// <summary>Rights last.</summary>
    Right,
}
