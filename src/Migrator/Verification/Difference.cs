namespace Migrator.Verification;

/// <summary>One place where the live catalogue is not what the ledger says it should be.</summary>
/// <param name="Kind">In which way it differs.</param>
/// <param name="Object">The object: a table, or a table and column.</param>
/// <param name="Text">What is different, as the rest of a sentence.</param>
/// <param name="RepairSql">The statement that repairs it, without a semicolon at its end; null where no statement can.</param>
internal sealed record Difference(DifferenceKind Kind, string Object, string Text, string? RepairSql)
{
    /// <summary>The place of <see cref="RepairSql"/> among others: what a statement needs comes before it.</summary>
    public RepairOrder Order { get; init; } = RepairOrder.Table;

    /// <inheritdoc />
    public override string ToString() => $"{Object}: {Text}";
}

/// <summary>In which way an object differs.</summary>
internal enum DifferenceKind
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It is there, and is another one.</summary>
    Changed,

    /// <summary>It is the gateway's, but not at this point of its history.</summary>
    Extra,

    /// <summary>It belongs to another role than the ledger does.</summary>
    Owner,

    /// <summary>The user of the connection lacks a right on it.</summary>
    Right,
}

/// <summary>The order in which differences are repaired.</summary>
internal enum RepairOrder
{
    /// <summary>Owners first: only an owner may change an object.</summary>
    Owner,

    /// <summary>What is not to be there.</summary>
    Drop,

    /// <summary>Functions, which triggers call.</summary>
    Function,

    /// <summary>Tables.</summary>
    Table,

    /// <summary>Columns.</summary>
    Column,

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
