namespace Migrations.Model;

/// <summary>One change that a migration makes to the schema or to rows.</summary>
/// <param name="Table">The table that changes; empty for a function.</param>
public abstract record SchemaChange(string Table);

/// <summary><c>CREATE TABLE</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Constraints">Its keys and checks.</param>
public sealed record TableCreated(string Table, IReadOnlyList<ColumnModel> Columns, IReadOnlyList<ConstraintModel> Constraints)
    : SchemaChange(Table);

/// <summary><c>DROP TABLE</c></summary>
/// <param name="Table">The table.</param>
public sealed record TableDropped(string Table) : SchemaChange(Table);

/// <summary><c>ADD COLUMN</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Constraints">The keys that are added with it.</param>
public sealed record ColumnAdded(string Table, ColumnModel Column, IReadOnlyList<ConstraintModel> Constraints) : SchemaChange(Table);

/// <summary><c>DROP COLUMN</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
public sealed record ColumnDropped(string Table, string Column) : SchemaChange(Table);

/// <summary><c>ALTER COLUMN TYPE</c>: PostgreSQL rewrites the whole table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Type">The new type.</param>
public sealed record ColumnTypeChanged(string Table, string Column, string Type) : SchemaChange(Table);

/// <summary><c>SET DEFAULT</c> or <c>DROP DEFAULT</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Default">The new default; null for none.</param>
public sealed record DefaultChanged(string Table, string Column, string? Default) : SchemaChange(Table);

/// <summary><c>SET NOT NULL</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
public sealed record NotNullSet(string Table, string Column) : SchemaChange(Table);

/// <summary><c>ADD CONSTRAINT</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Constraint">The constraint.</param>
public sealed record ConstraintAdded(string Table, ConstraintModel Constraint) : SchemaChange(Table);

/// <summary><c>DROP CONSTRAINT</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Name">The constraint.</param>
public sealed record ConstraintDropped(string Table, string Name) : SchemaChange(Table);

/// <summary><c>CREATE INDEX</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The index.</param>
public sealed record IndexCreated(string Table, IndexModel Index) : SchemaChange(Table);

/// <summary><c>DROP INDEX</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Name">The index.</param>
public sealed record IndexDropped(string Table, string Name) : SchemaChange(Table);

/// <summary><c>CREATE TRIGGER</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Trigger">The trigger.</param>
public sealed record TriggerCreated(string Table, TriggerModel Trigger) : SchemaChange(Table);

/// <summary><c>DROP TRIGGER</c></summary>
/// <param name="Table">The table.</param>
/// <param name="Name">The trigger.</param>
public sealed record TriggerDropped(string Table, string Name) : SchemaChange(Table);

/// <summary><c>CREATE FUNCTION</c></summary>
/// <param name="Name">The function, which has no arguments.</param>
/// <param name="Sql">The statement.</param>
public sealed record FunctionCreated(string Name, string Sql) : SchemaChange("");

/// <summary><c>DROP FUNCTION</c></summary>
/// <param name="Name">The function.</param>
public sealed record FunctionDropped(string Name) : SchemaChange("");

/// <summary><c>ALTER SEQUENCE AS</c></summary>
/// <param name="Table">The table of the column that uses the sequence.</param>
/// <param name="Name">The sequence.</param>
/// <param name="Type">The new type.</param>
public sealed record SequenceTypeChanged(string Table, string Name, string Type) : SchemaChange(Table);

/// <summary>Rows that a migration inserts.</summary>
/// <param name="Table">The table.</param>
public sealed record RowsInserted(string Table) : SchemaChange(Table);

/// <summary>A rewrite of existing rows: they are changed, copied or deleted.</summary>
/// <param name="Table">The table whose rows change.</param>
public sealed record RowsRewritten(string Table) : SchemaChange(Table);
