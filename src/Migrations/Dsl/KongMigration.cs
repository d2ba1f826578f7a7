using FluentMigrator;
using FluentMigrator.Expressions;
using FluentMigrator.Infrastructure;

namespace Migrations.Dsl;

/// <summary>One of Kong's migrations, with an up phase only; a <see cref="TwoPhaseKongMigration"/> also has a finish phase.</summary>
/// <remarks>
/// The up phase is safe while nodes of the previous gateway version still run, and the migration is recorded as executed at once. A column
/// may be NULL unless it is <c>NotNullable()</c> or part of the primary key: the opposite of FluentMigrator's default. Only migrator's
/// compiler may run the migration: FluentMigrator's runner would lose keys that are written inside the table, and its rollback would run
/// the finish phase.
/// </remarks>
public abstract class KongMigration : Migration
{
    private ICollection<IMigrationExpression> expressions = [];

    /// <summary>The gateway version that the database is migrated to: a few migrations produce a different schema per version.</summary>
    public GatewayVersion Target { get; init; } = GatewayVersion.Default;

    /// <summary>The schema of the gateway's tables, with which SQL in migrations qualifies every name.</summary>
    public GatewaySchema Names { get; init; } = new("public");

    /// <summary>Creates and drops triggers and trigger functions.</summary>
    protected Triggers Triggers => new(expressions, Names);

    /// <summary>Rewrites existing rows.</summary>
    protected Rows Rows => new(expressions, Names);

    /// <summary>Changes existing columns without repeating their type, as FluentMigrator's <c>Alter.Column</c> would.</summary>
    protected Columns Columns => new(expressions, Names);

    /// <summary>Adds workspaces: the steps from 2.0 to 2.1 that the core and the plugins share.</summary>
    protected Workspaces Workspaces => new(this, expressions, Rows, Names);

    /// <summary>Adds the column <c>tags</c>, its index and its trigger.</summary>
    protected Tags Tags => new(this, Triggers);

    /// <summary>Rewrites the configs of a plugin.</summary>
    protected PluginConfigs ConfigsOf(string plugin) => new(Rows, Names, plugin);

    /// <summary>Throws: Kong has no rollback, and this migration has no finish phase.</summary>
    public override void Down() => throw new NotSupportedException($"{GetType().Name} has no finish phase.");

    /// <inheritdoc />
    public sealed override void GetUpExpressions(IMigrationContext context)
    {
        expressions = ExpressionsOf(context);
        base.GetUpExpressions(context);
    }

    /// <inheritdoc />
    public sealed override void GetDownExpressions(IMigrationContext context)
    {
        expressions = ExpressionsOf(context);
        base.GetDownExpressions(context);
    }

    // Every runner passes a processor. KongObjects and ExpectedSchema pass none, because they only read the expressions.
    private ICollection<IMigrationExpression> ExpressionsOf(IMigrationContext context) => context.QuerySchema is null or IRowRewriter
        ? context.Expressions
        : throw new InvalidOperationException(
            $"{GetType().Name} is one of Kong's migrations, and only migrator can run it: FluentMigrator's runner would lose keys and "
                + "constraints, record it in VersionInfo instead of schema_meta, and take its finish phase for the way back. Run: "
                + "migrator up -c kong.conf");
}
