using FluentMigrator.Expressions;
using FluentMigrator.Runner.Conventions;

namespace Migrations.Compiling;

/// <summary>
/// The conventions that Kong's tables follow: a column is nullable unless something is said, and what has no name gets PostgreSQL's.
/// FluentMigrator's own are the reverse: NOT NULL, and names such as PK_routes.
/// </summary>
internal sealed class KongConventions : IConventionSet
{
    public IRootPathConvention RootPathConvention { get; } = new DefaultRootPathConvention(null);

    public DefaultSchemaConvention SchemaConvention { get; } = new();

    public IList<IColumnsConvention> ColumnsConventions { get; } = [new NullableUnlessSaid()];

    public IList<IConstraintConvention> ConstraintConventions { get; } = [];

    public IList<IForeignKeyConvention> ForeignKeyConventions { get; } = [];

    public IList<IIndexConvention> IndexConventions { get; } = [];

    public IList<ISequenceConvention> SequenceConventions { get; } = [];

    public IList<IAutoNameConvention> AutoNameConventions { get; } = [];

    private sealed class NullableUnlessSaid : IColumnsConvention
    {
        public IColumnsExpression Apply(IColumnsExpression expression)
        {
            foreach (var column in expression.Columns)
            {
                column.IsNullable ??= !column.IsPrimaryKey;
            }

            return expression;
        }
    }
}
