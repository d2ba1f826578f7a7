using FluentMigrator.Infrastructure;
using FluentMigrator.Runner;
using Microsoft.Extensions.Logging.Abstractions;
using Migrations.Dsl;

namespace Migrations.Compiling;

/// <summary>
/// Turns a phase of a migration into SQL, the way FluentMigrator's runner does: collect the expressions, apply the conventions, validate,
/// hand each to the processor. The processor keeps the SQL instead of sending it, so that a whole migration, or a whole bootstrap, travels
/// to the server in one message.
/// </summary>
public static class MigrationCompiler
{
    /// <summary>
    /// The statements of one phase, in order. The migration is of no use afterwards: FluentMigrator changes expressions while writing SQL.
    /// </summary>
    /// <param name="migration">The migration.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="isFresh">The database is just being made: rewrites of rows are left out, and no table may be there already.</param>
    /// <exception cref="FluentMigrator.Runner.Exceptions.InvalidMigrationException">An expression lacks something.</exception>
    public static IReadOnlyList<Statement> Compile(KongMigration migration, Phase phase, bool isFresh = false)
    {
        using var processor = new StatementCollector(migration.Names, isFresh);
        var context = new MigrationContext(processor, NoServices.Instance, connection: "");

        if (phase == Phase.Up)
        {
            migration.GetUpExpressions(context);
        }
        else
        {
            migration.GetDownExpressions(context);
        }

        new MigrationValidator(NullLogger<MigrationValidator>.Instance, new KongConventions())
            .ApplyConventionsToAndValidateExpressions(migration, context.Expressions);

        foreach (var expression in context.Expressions)
        {
            processor.Begin(expression);
            expression.ExecuteWith(processor);
        }

        return processor.Statements;
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
