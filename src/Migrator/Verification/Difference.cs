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
    /// <param name="name">Its name: a table, or a table and column.</param>
    /// <param name="kind">A table or a column.</param>
    /// <param name="early">The names that migrations make which the ledger does not record.</param>
    /// <param name="drop">The statements that drop it.</param>
    public static Difference Extra(string name, string kind, IReadOnlyDictionary<string, string> early, IEnumerable<Repair> drop)
    {
        var text = $"the {kind} is not the gateway's at this point of its migrations";
        return early.TryGetValue(name, out var migration)
            ? new(DifferenceKind.Extra, name, $"{text}: {migration} makes it, which is not in the ledger", []) { IsEarly = true }
            : new(DifferenceKind.Extra, name, text, [.. drop]);
    }

    /// <inheritdoc />
    public override string ToString() => $"{Object}: {Text}";
}

/// <summary>A statement that repairs something.</summary>
/// <param name="Order">Its place among others.</param>
/// <param name="Sql">The statement, without a semicolon at its end.</param>
internal sealed record Repair(RepairOrder Order, string Sql)
{
    /// <summary>Drops something, unless it holds something.</summary>
    /// <param name="order">Its place among others.</param>
    /// <param name="what">What it is, for the warning, without quotes.</param>
    /// <param name="rows">The rows that must not be lost, from FROM on.</param>
    /// <param name="drop">The statement.</param>
    public static Repair DropEmpty(RepairOrder order, string what, string rows, string drop) => new(
        order,
        $"""
        DO $$
        BEGIN
          IF EXISTS (SELECT FROM ONLY {rows}) THEN
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
