using System.Data;
using FluentMigrator.Builders;
using FluentMigrator.Infrastructure;
using FluentMigrator.Model;

namespace Migrations.Dsl;

/// <summary>Methods that declare keys and checks inside <c>CREATE TABLE</c> and <c>ADD COLUMN</c>.</summary>
/// <remarks>
/// FluentMigrator's own <c>.Unique()</c> creates an index, and its <c>.ForeignKey()</c> a named constraint in a separate statement;
/// <see cref="TableKey"/> explains why neither is right here.
/// </remarks>
public static class TableKeys
{
    /// <summary>Adds a unique key over the given columns, or over this column if none are given.</summary>
    public static TNext UniqueKey<TNext, TNextFk>(this IColumnOptionSyntax<TNext, TNextFk> column, params string[] columns)
        where TNext : IFluentSyntax
        where TNextFk : IFluentSyntax =>
        Add(column, own => new UniqueTableKey(columns.Length == 0 ? [own.Name] : columns));

    /// <summary>Adds a foreign key to another table, to its column <c>id</c> unless another is given.</summary>
    public static TNext References<TNext, TNextFk>(
        this IColumnOptionSyntax<TNext, TNextFk> column, string table, string key = "id", Rule onDelete = Rule.None)
        where TNext : IFluentSyntax
        where TNextFk : IFluentSyntax =>
        Add(column, own => new ForeignTableKey(own.Name, table, key, onDelete));

    /// <summary>Adds a check: a condition that every row must satisfy.</summary>
    public static TNext Check<TNext, TNextFk>(this IColumnOptionSyntax<TNext, TNextFk> column, string condition)
        where TNext : IFluentSyntax
        where TNextFk : IFluentSyntax =>
        Add(column, _ => new TableCheck(condition));

    /// <summary>The keys and checks that were added to a column.</summary>
    public static IReadOnlyList<TableKey> Of(ColumnDefinition column) =>
        column.AdditionalFeatures.TryGetValue(TableKey.Feature, out var keys) ? (List<TableKey>)keys : [];

    private static TNext Add<TNext, TNextFk>(IColumnOptionSyntax<TNext, TNextFk> column, Func<ColumnDefinition, TableKey> key)
        where TNext : IFluentSyntax
        where TNextFk : IFluentSyntax
    {
        var own = ((IColumnExpressionBuilder)column).Column;
        if (!own.AdditionalFeatures.TryGetValue(TableKey.Feature, out var keys))
        {
            own.AdditionalFeatures[TableKey.Feature] = keys = new List<TableKey>();
        }

        ((List<TableKey>)keys).Add(key(own));

        // In FluentMigrator the builder itself implements the next step: the type only narrows which calls may follow.
        return (TNext)column;
    }
}
