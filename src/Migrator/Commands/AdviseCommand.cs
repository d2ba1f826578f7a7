using System.CommandLine;
using Migrations.Dsl;
using Migrator.Advice;
using Migrator.Advice.Settings;
using Migrator.Commands.Options;
using Migrator.Configuration;
using Migrator.Display;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Output;
using Migrator.Planning;
using Migrator.Sessions;

namespace Migrator.Commands;

/// <summary>The <c>advise</c> command: says what the next gateway will refuse. Changes nothing.</summary>
internal static class AdviseCommand
{
    private static readonly Option<bool> ExitCodes = new("--exit-code")
    {
        Description = "End with 10 if the next gateway starts, but refuses changes of rows or behaves differently.",
    };

    public static Command Create() => MigratorCommand.Define(
        "advise",
        "Say before an upgrade what the next gateway will refuse: rows with which it does not start, rows that cannot be changed any more, "
            + "settings that have another meaning. Changes nothing.",
        """
        migrator advise -c /etc/kong/kong.conf
        migrator advise -c kong.conf --json | jq -r '.findings[] | select(.effect == "stops-gateway") | .remedy'
        """,
        [ExitCode.NeedsBootstrap, ExitCode.Drift, ExitCode.Locked, .. ExitCode.OfConnections, ExitCode.Advice],
        [
            .. DatabaseOptions.All.Except([DatabaseOptions.TargetVersion]), DatabaseOptions.AdviceVersion, DatabaseOptions.ReadOnly,
            ExitCodes,
        ],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var target = Minor(Version.Parse(context.Get(DatabaseOptions.AdviceVersion)!));
        RequireRules(target);
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var facts = await DatabaseReader.ReadAsync(session, settings.Schema, cancellationToken);
        facts.RequireLedgerOfTables();
        var state = context.StateOf(facts);
        if (facts.Ledger.IsEmpty)
        {
            throw new MigratorException(
                $"Database '{facts.Database}' is empty: there are no rows that a gateway could refuse.", cause: null,
                StateAdvice.Of(state).Do(context.Conf)!)
            { ExitCode = ExitCode.NeedsBootstrap };
        }

        // The rewrites warn about rows; here the rules judge them.
        session.OnNotice = null;
        var report = await Advisor.ExamineAsync(session, facts, state, context.Configuration, context.Conf, target, cancellationToken);
        var title = context.Title(facts, settings) with { TargetName = target.ToString() };
        context.Write(
            writer =>
            {
                writer.WriteLine(DisplayText.Line(title.Sentence(facts.Ledger)));
                AdviceText.Write(writer, report);
            },
            json =>
            {
                title.Write(json, facts.Ledger);
                AdviceJson.Write(json, report);
            });
        return report.Count(Effect.StopsGateway) > 0 ? ExitCode.Failure
            : report.HasFindings && context.Get(ExitCodes) ? ExitCode.Advice : ExitCode.Success;
    }

    // A gateway that is older than the rules accepts what they refuse. A newer one refuses more.
    private static void RequireRules(Version target)
    {
        if (target < Advisor.RulesVersion)
        {
            throw new MigratorException(
                $"advise has the rules of gateway {RowAdvisor.NewestVersion}, and not those of {target}.", cause: null,
                $"Leave --gateway-version out to see what {RowAdvisor.NewestVersion} refuses: an older gateway may accept it.")
            { ExitCode = ExitCode.Usage };
        }
    }

    private static Version Minor(Version version) => new(version.Major, version.Minor);
}

/// <summary>Holds the rows of a database, as they will be after an upgrade, against the rules of the next gateway.</summary>
internal static class Advisor
{
    private static readonly GatewayVersion Rules = GatewayVersion.Find(RowAdvisor.NewestVersion)!;

    /// <summary>The gateway version of the rules, without the patch.</summary>
    public static Version RulesVersion { get; } = new(Rules.Major, Rules.Minor);

    /// <summary>Whether there are rules for a version.</summary>
    public static bool HasRules(GatewayVersion target) => target == Rules;

    /// <summary>Examines all rows.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="facts">The database.</param>
    /// <param name="state">Its state.</param>
    /// <param name="configuration">The gateway's configuration: its plugins and its router count.</param>
    /// <param name="conf">What follows -c, quoted for a shell.</param>
    /// <param name="target">The gateway version with which settings are compared.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <param name="maxBytes">The size of all tables above which nothing is read.</param>
    public static async Task<AdviceReport> ExamineAsync(
        IDatabaseSession session, DatabaseFacts facts, SchemaState state, GatewayConfiguration configuration, string conf,
        Version target, CancellationToken cancellationToken, long maxBytes = long.MaxValue)
    {
        var steps = Planner.Plan(RunKind.MigrateAndFinish, state, facts, conf).Steps.Select(s => s.Step).ToList();
        var options = new AdvisorOptions(Flavor(configuration), Plugins(configuration)) { Schema = facts.Names };
        var (advisor, report) = (new RowAdvisor(options), new AdviceReport(options, IsUpgrade: steps.Count > 0)
        {
            Settings = Settings(configuration, facts.Ledger, target),
            Target = target,
        });
        await new FutureRows(session, facts) { MaxBytes = maxBytes }.ReadAsync(
            steps, [.. RowAdvisor.Tables], (table, row) => report.Add(advisor, table, row), cancellationToken);
        return report;
    }

    // From the version of the ledger to the target.
    private static IReadOnlyList<SettingFinding> Settings(GatewayConfiguration configuration, LedgerSnapshot ledger, Version target) =>
        LedgerVersion.Of(ledger).Versions is [.., var from]
            ? SettingsAdvice.Examine(
                [.. configuration.Given.Select(g => new GivenSetting(g.Name, g.Value, g.Line, g.Place))],
                new Version(from.Major, from.Minor), target)
            : [];

    private static RouterFlavor Flavor(GatewayConfiguration configuration) => configuration.Settings.Text("router_flavor") switch
    {
        "traditional" => RouterFlavor.Traditional,
        "expressions" => RouterFlavor.Expressions,
        _ => RouterFlavor.TraditionalCompatible,
    };

    // Kong: `off` alone means none.
    private static IReadOnlyList<string> Plugins(GatewayConfiguration configuration) => configuration.Settings.List("plugins") switch
    {
        ["off"] => [],
        var names => [.. names.SelectMany(name => name == "bundled" ? RowAdvisor.BundledPlugins : [name])],
    };
}
