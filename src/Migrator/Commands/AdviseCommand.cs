using System.CommandLine;
using Migrator.Advice;
using Migrator.Commands.Options;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>The <c>advise</c> command: says what the next gateway will refuse. Changes nothing.</summary>
internal static class AdviseCommand
{
    private static readonly Option<bool> ExitCodes = new("--exit-code")
    {
        Description = "End with 10 if the next gateway starts, but refuses changes of rows or behaves differently, or if rows were not "
            + "examined.",
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
        () =>
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
                $"Database '{facts.Database}' is empty: there are no rows that a gateway could refuse.",
                state.Elsewhere.Length > 0 ? $"{state.Elsewhere}." : null,
                StateAdvice.Of(state).Do(context.Conf)!)
            { ExitCode = ExitCode.NeedsBootstrap };
        }

        // The rewrites warn about rows; here the rules judge them.
        session.OnNotice = null;
        var report = await ExamineAsync(
            context, new Advisor(session, facts, state, context.Configuration) { Target = target }, cancellationToken);
        if (report.Failure is { } failure)
        {
            context.Messages.Trace(failure);
        }

        var title = context.Title(facts, settings) with { TargetName = target.ToString() };
        context.Write(title, facts.Ledger, writer => AdviceText.Write(writer, report), () => AdviceJson.Of(report));
        return report.Count(Effect.StopsGateway) > 0 ? ExitCode.Failure
            : (report.HasFindings || report.RowsNotExamined > 0) && context.Get(ExitCodes) ? ExitCode.Advice : ExitCode.Success;
    }

    private static async Task<AdviceReport> ExamineAsync(CommandContext context, Advisor advisor, CancellationToken cancellationToken)
    {
        using var reports = context.Messages.Examining(context.Host.Time, () => advisor.Rows);
        return await advisor.ExamineAsync(context.Conf, cancellationToken);
    }

    // A gateway that is older than the rules accepts what they refuse. A newer one refuses more.
    private static void RequireRules(Version target)
    {
        if (target < Advisor.RulesVersion)
        {
            throw new MigratorException(
                $"advise has the rules of gateway {RowAdvisor.NewestVersion}, and not those of {target}.",
                $"Leave --gateway-version out to see what {RowAdvisor.NewestVersion} refuses: an older gateway may accept it.")
            { ExitCode = ExitCode.Usage };
        }
    }

    private static Version Minor(Version version) => new(version.Major, version.Minor);
}
