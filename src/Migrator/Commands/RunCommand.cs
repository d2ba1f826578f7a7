using Migrator.Advice;
using Migrator.Commands.Options;
using Migrator.Configuration.Connection;
using Migrator.Execution;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>What bootstrap, up, finish and migrate have in common: they connect, run migrations, and write what was done.</summary>
internal static class RunCommand
{
    /// <summary>Waits until a run may do its steps.</summary>
    /// <returns>Whether it waited.</returns>
    internal delegate Task<bool> Barrier(IDatabaseSession session, PostgresSettings settings, CancellationToken cancellationToken);

    /// <summary>Runs the migrations that a command asks for.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        CommandContext context, string command, RunKind kind, CancellationToken cancellationToken, bool force = false,
        Barrier? barrier = null)
    {
        var time = context.Host.Time;
        var began = time.GetTimestamp();
        var settings = context.ReadSettings();
        using var savedRows = context.Get(WritingOptions.SaveRows) is { } directory
            ? SavedRowsFile.Create(directory, context.Host.WorkingDirectory, context.Messages.RunId, time.GetUtcNow()) : null;
        if (settings.Iam is not null && !context.Host.IsErrorTerminal)
        {
            // RDS throttles logins at about 200 per second, and the replicas of a deployment start at the same moment.
            await Task.Delay(
                TimeSpan.FromSeconds((context.Get(WritingOptions.IamSpread) ?? 0) * Random.Shared.NextDouble()), cancellationToken);
        }

        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var options = context.RunOptions(settings) with
        {
            Force = force,
            SavedRows = savedRows,
            Barrier = barrier is null ? null : stop => barrier(session, settings, stop),
        };
        var run = new MigrationRun(session, options, context.Subsystems, context.Messages);
        RunOutcome outcome;
        try
        {
            if (kind is not (RunKind.Bootstrap or RunKind.Finish)
                && await run.PreviewAsync(kind, cancellationToken) is { Steps.Count: > 0 } next)
            {
                await WarnAsync(
                    context, context.Advisor(session, next.Facts, next.State), next.Facts.Database, cancellationToken);
            }

            outcome = await run.RunAsync(kind, cancellationToken);
        }
        finally
        {
            context.Messages.RowsSaved(savedRows);
        }

        context.HasChanged = outcome.Done.Count > 0;
        context.WarnIfNewer(outcome.State);
        var title = context.Title(outcome.Facts, settings);
        var summary = new RunSummary(command, title, outcome, context.Messages.Tally, time.GetElapsedTime(began))
        {
            SavedRows = savedRows is { Rows: > 0 } ? (savedRows.Path, savedRows.Rows) : null,
        };
        context.Messages.Release();
        context.Write(writer => summary.WriteText(writer, context.Conf), () => summary.Json(context.Conf));
        return ExitCode.Success;
    }

    /// <summary>Warns before a run if the next gateway will not start with the rows; with --strict, refuses.</summary>
    private static async Task WarnAsync(CommandContext context, Advisor advisor, string database, CancellationToken cancellationToken)
    {
        var (report, reason) = await advisor.LookAsync(context.Target, context.Conf, cancellationToken);
        if (report is { RowsNotExamined: > 0 and var unexamined })
        {
            reason = string.Create(CultureInfo.InvariantCulture, $"{unexamined:N0} rows cannot be judged");
        }

        if (reason is not null)
        {
            context.Messages.NoAdvice(reason, context.Conf);
        }

        if (report?.RowsWith(Effect.StopsGateway) is not (> 0 and var rows))
        {
            return;
        }

        var remedy = $"See which, and how to correct them: migrator advise -c {context.Conf}";
        if (context.Get(ConfigurationOptions.Strict))
        {
            throw new MigratorException(
                $"Gateway {context.Target.Name} will not start with {rows} of the rows of database '{database}'.",
                "The run is strict (--strict), and nothing has been changed.",
                remedy);
        }

        context.Messages.WillNotStart(context.Target.Name, rows, database, remedy);
    }
}
