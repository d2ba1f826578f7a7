using FluentMigrator.Builders;
using FluentMigrator.Infrastructure;

namespace Migrations.Dsl;

/// <summary>PostgreSQL column types for which FluentMigrator has no method.</summary>
public static class ColumnTypes
{
    /// <summary><c>text[]</c></summary>
    public static TNext AsTextArray<TNext>(this IColumnTypeSyntax<TNext> column)
        where TNext : IFluentSyntax => column.AsCustom("text[]");

    /// <summary><c>uuid[]</c></summary>
    public static TNext AsUuidArray<TNext>(this IColumnTypeSyntax<TNext> column)
        where TNext : IFluentSyntax => column.AsCustom("uuid[]");

    /// <summary><c>jsonb</c></summary>
    public static TNext AsJsonb<TNext>(this IColumnTypeSyntax<TNext> column)
        where TNext : IFluentSyntax => column.AsCustom("jsonb");

    /// <summary><c>jsonb[]</c></summary>
    public static TNext AsJsonbArray<TNext>(this IColumnTypeSyntax<TNext> column)
        where TNext : IFluentSyntax => column.AsCustom("jsonb[]");

    /// <summary><c>json</c></summary>
    public static TNext AsJson<TNext>(this IColumnTypeSyntax<TNext> column)
        where TNext : IFluentSyntax => column.AsCustom("json");

    /// <summary><c>timestamp with time zone</c>, with PostgreSQL's default precision.</summary>
    public static TNext AsTimestamp<TNext>(this IColumnTypeSyntax<TNext> column)
        where TNext : IFluentSyntax => column.AsDateTimeOffset();
}
