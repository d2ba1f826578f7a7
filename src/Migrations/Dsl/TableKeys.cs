using System.Data;
using FluentMigrator.Builders;
using FluentMigrator.Infrastructure;
using FluentMigrator.Model;

namespace Migrations.Dsl;

/// <summary>
/// The words for keys inside <c>CREATE TABLE</c> and <c>ADD COLUMN</c>. FluentMigrator's own <c>.Unique()</c> makes an index and its
/// <c>.ForeignKey()</c> a named constraint in a statement of its own; see <see cref="TableKey"/> for why that will not do.
/// </summary>
public static class TableKeys
{
    /// <summary>A unique key over the given columns, or over the column just described.</summary>
    public static TNext UniqueKey<TNext, TNextFk>(this IColumnOptionSyntax<TNext, TNextFk> column, params string[] columns)
        where TNext : IFluentSyntax
        where TNextFk : IFluentSyntax =>
        Add(column, own => new UniqueTableKey(columns.Length == 0 ? [own.Name] : columns));

    /// <summary>The column refers to a row of another table, by its <c>id</c> unless another key is named.</summary>
    public static TNext References<TNext, TNextFk>(
        this IColumnOptionSyntax<TNext, TNextFk> column, string table, string key = "id", Rule onDelete = Rule.None)
        where TNext : IFluentSyntax
        where TNextFk : IFluentSyntax =>
        Add(column, own => new ForeignTableKey(own.Name, table, key, onDelete));

    /// <summary>A condition that every row has to meet.</summary>
    public static TNext Check<TNext, TNextFk>(this IColumnOptionSyntax<TNext, TNextFk> column, string condition)
        where TNext : IFluentSyntax
        where TNextFk : IFluentSyntax =>
        Add(column, _ => new TableCheck(condition));

    /// <summary>The keys that were described for a column.</summary>
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

        // Every builder of FluentMigrator is its own "next": the call only narrows what may be said afterwards.
        return (TNext)column;
    }
}
