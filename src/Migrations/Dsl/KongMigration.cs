using FluentMigrator;
using FluentMigrator.Expressions;
using FluentMigrator.Infrastructure;

namespace Migrations.Dsl;

/// <summary>
/// One of Kong's migrations with an up phase only: what it does is safe while the previous gateway version still runs, and it is
/// recorded as executed at once. One with a second phase derives from <see cref="TwoPhaseKongMigration"/>. A column may be NULL unless it
/// says
/// <c>NotNullable()</c> or is a primary key: the opposite of FluentMigrator's default. Only our compiler may run it: FluentMigrator's
/// runner would lose keys that are written inside the table, and its rollback would run the finish phase.
/// </summary>
public abstract class KongMigration : Migration
{
    private ICollection<IMigrationExpression> expressions = [];

    /// <summary>The gateway version that the database is migrated to; a few migrations leave another schema behind in each.</summary>
    public GatewayVersion Target { get; init; } = GatewayVersion.Default;

    /// <summary>The schema of the gateway's tables. SQL that is written here names each of them with it.</summary>
    public GatewaySchema Names { get; init; } = new("public");

    /// <summary>Triggers and the functions behind them.</summary>
    protected Triggers Triggers => new(expressions, Names);

    /// <summary>What migrations do to rows that exist already.</summary>
    protected Rows Rows => new(expressions);

    /// <summary>What FluentMigrator's <c>Alter.Column</c> can only do by stating the column's type again.</summary>
    protected Columns Columns => new(expressions, Names);

    /// <summary>The steps from 2.0 to 2.1 that the core and the plugins share: everything gets a workspace.</summary>
    protected Workspaces Workspaces => new(this, expressions, Rows, Names);

    /// <summary>The column <c>tags</c> and what belongs to it.</summary>
    protected Tags Tags => new(this, Triggers);

    /// <summary>What migrations do to the configs of a plugin.</summary>
    protected PluginConfigs ConfigsOf(string plugin) => new(Rows, Names, plugin);

    /// <summary>Kong has no way back: a migration without a finish phase has nothing here.</summary>
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

    // A runner always has a processor; without one the expressions are only looked at (KongObjects).
    private ICollection<IMigrationExpression> ExpressionsOf(IMigrationContext context) => context.QuerySchema is null or IRowRewriter
        ? context.Expressions
        : throw new InvalidOperationException(
            $"{GetType().Name} is one of Kong's migrations, and only migrator can run it: FluentMigrator's runner would lose keys and "
                + "constraints, record it in VersionInfo instead of schema_meta, and take its finish phase for the way back. Run: "
                + "migrator up -c kong.conf");
}
