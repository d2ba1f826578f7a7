using FluentMigrator.Infrastructure;
using FluentMigrator.Runner;
using Microsoft.Extensions.Logging.Abstractions;

namespace Migrations.Compiling;

/// <summary>Compiles a phase of a migration to SQL.</summary>
/// <remarks>
/// The steps are those of FluentMigrator's runner: collect the expressions, apply the conventions, validate, pass each expression to the
/// processor. The processor keeps the SQL instead of sending it, so that a whole migration, or a whole bootstrap, goes to the server in one
/// message.
/// </remarks>
public static class MigrationCompiler
{
    /// <summary>Compiles one phase to its statements, in order.</summary>
    /// <param name="migration">The migration. It can be compiled only once: FluentMigrator changes expressions while writing SQL.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="isFresh">
    /// Whether the database is being bootstrapped: rewrites of rows are left out, and a table that exists already is an error.
    /// </param>
    /// <exception cref="FluentMigrator.Runner.Exceptions.InvalidMigrationException">An expression is incomplete.</exception>
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
