using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Output;
using Migrator.Planning;
using Migrator.Preflight;

namespace Migrator.Commands;

/// <summary>The <c>plan</c> command: shows what bootstrap, up, finish or migrate would do. Changes nothing.</summary>
internal static class PlanCommand
{
    private static readonly Argument<string> Command = Planned();

    private static readonly Option<bool> Finish = new("--finish") { Description = "With migrate: plan the finish phases too." };

    private static readonly Option<bool> Count = new("--count")
    {
        Description = "Count the rows of each table that is rewritten, list the rows that a warning would name, and predict by a trial on "
            + "temporary copies how long each rewrite takes. Reads these tables.",
    };

    private static readonly Option<bool> SqlScript = new("--sql")
    {
        Description = "Print a script for psql that does exactly the same, ledger and locks included.",
    };

    private static readonly Option<bool> ExitCodes = new("--exit-code")
    {
        Description = "End with the exit code of list: 3 needs bootstrap, 4 pending, 5 new.",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var plan = MigratorCommand.Define(
            "plan",
            "Show what a command would do: the steps, the tables that they lock and what waits, the rows that they rewrite. Changes "
                + "nothing; works on a standby.",
            """
            migrator plan -c /etc/kong/kong.conf
            migrator plan finish -c kong.conf --count
            migrator plan up -c kong.conf --sql > up.sql && psql -X -f up.sql
            """,
            [ExitCode.NeedsBootstrap, ExitCode.Pending, ExitCode.New, ExitCode.Drift, ExitCode.Locked, .. ExitCode.OfConnections],
            () => [.. DatabaseOptions.All, DatabaseOptions.ReadOnly, WritingOptions.DdlLockTimeout, Finish, Count, SqlScript, ExitCodes],
            RunAsync);
        plan.Arguments.Add(Command);
        return plan;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var facts = await DatabaseReader.ReadAsync(session, settings.Schema, cancellationToken);
        facts.RequireUsableSchema();
        var state = context.StateOf(facts);
        var (command, kind) = CommandOf(context);
        var plan = Planner.Plan(kind, state, facts, context.Conf);
        var title = context.Title(facts, settings);
        var obstacles = plan.Transactions.Count == 0 || settings.IsReadOnly ? []
            : await ForecastAsync(context, session, plan, facts, cancellationToken);
        if (context.Get(SqlScript))
        {
            obstacles.ToList().ForEach(context.Messages.Obstacle);
            if (plan.Transactions.Count == 0)
            {
                context.Messages.Obstacle(new Obstacle(false, "the script does nothing: the plan has no steps",
                    StateAdvice.Of(state).Sentence(context.Conf)));
            }

            await using var script = new StringWriter { NewLine = "\n" };
            PlanScript.Write(
                script, plan, facts, context.RunOptions(settings), $"migrator plan {command}. {title.Sentence(facts.Ledger)}");
            context.WriteScript("sql", script.ToString().TrimEnd('\n'));
        }
        else
        {
            var report = await PlanReport.ReadAsync(session, plan, facts, context.Get(Count), cancellationToken);
            if (report.NotPredicted is { } reason)
            {
                context.Messages.NoTimes(reason);
            }

            var advice = plan.Transactions.Count > 0 && kind != RunKind.Bootstrap
                ? await context.Advisor(session, facts, state).LookAsync(context.Target, context.Conf, cancellationToken) : default;
            if (advice.Reason is not null)
            {
                context.Messages.NoAdvice(advice.Reason, context.Conf);
            }

            report = report with { ActsAs = facts.ActsAs, Obstacles = obstacles };
            context.Write(
                title,
                facts.Ledger,
                writer => PlanText.Write(writer, command, report, advice.Report, context.Conf),
                () => PlanJson.Of(command, report, advice.Report));
        }

        return context.Get(ExitCodes) ? StateReader.ExitCodeOf(state) : ExitCode.Success;
    }

    private static async Task<IReadOnlyList<Obstacle>> ForecastAsync(
        CommandContext context, DatabaseSession session, MigrationPlan plan, DatabaseFacts facts, CancellationToken cancellationToken)
    {
        var list = new Checklist("rw");
        var limits = context.RunOptions(context.ReadSettings()).Limits;
        await new RunForecast(facts, limits.Lock, list) { Changes = plan.Changes }.RunAsync(session, cancellationToken);
        return
        [
            .. list.Items.Where(i => i.Verdict is CheckVerdict.NotMet or CheckVerdict.Warning)
                .Select(i => new Obstacle(i.Verdict == CheckVerdict.NotMet, $"{i.Name}: {i.Text}", i.Remedy ?? "")),
        ];
    }

    private static Argument<string> Planned()
    {
        string[] commands = ["bootstrap", "up", "finish", "migrate"];
        var argument = new Argument<string>("command")
        {
            Description = "The command to plan: bootstrap, up, finish or migrate.",
            DefaultValueFactory = _ => "migrate",
        };
        argument.CompletionSources.Add(commands);
        argument.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given && !commands.Contains(given, StringComparer.Ordinal))
            {
                result.AddError($"plan takes bootstrap, up, finish or migrate, not '{given}'.");
            }
        });
        return argument;
    }

    private static (string Command, RunKind Kind) CommandOf(CommandContext context) => context.Get(Command) switch
    {
        "bootstrap" => ("bootstrap", RunKind.Bootstrap),
        "up" => ("up", RunKind.Up),
        "finish" => ("finish", RunKind.Finish),
        _ => context.Get(Finish) ? ("migrate --finish", RunKind.MigrateAndFinish) : ("migrate", RunKind.Migrate),
    };
}
