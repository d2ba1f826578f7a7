using FluentMigrator.Expressions;
using FluentMigrator.Runner.Conventions;

namespace Migrations.Compiling;

/// <summary>The conventions of Kong's tables: columns are nullable by default, and PostgreSQL chooses names that are not given.</summary>
/// <remarks>FluentMigrator's own conventions are the reverse: NOT NULL, and names such as PK_routes.</remarks>
internal sealed class KongConventions : IConventionSet
{
    public IRootPathConvention RootPathConvention { get; } = new DefaultRootPathConvention(null);

    public DefaultSchemaConvention SchemaConvention { get; } = new();

    public IList<IColumnsConvention> ColumnsConventions { get; } = [new NullableByDefault()];

    public IList<IConstraintConvention> ConstraintConventions { get; } = [];

    public IList<IForeignKeyConvention> ForeignKeyConventions { get; } = [];

    public IList<IIndexConvention> IndexConventions { get; } = [];

    public IList<ISequenceConvention> SequenceConventions { get; } = [];

    public IList<IAutoNameConvention> AutoNameConventions { get; } = [];

    private sealed class NullableByDefault : IColumnsConvention
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
