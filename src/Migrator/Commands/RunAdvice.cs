using System.Globalization;
using Migrator.Advice;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Planning;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Commands;

/// <summary>
/// What <c>up</c> and <c>plan</c> say of the rows: a look on the side, which must neither take long nor fail the command. <c>advise</c>
/// says it in full.
/// </summary>
internal static class RunAdvice
{
    // About 10,000 rows, which take about a second.
    private const long MaxBytes = 8 << 20;

    /// <summary>Examines the rows; null if there are none, too many, or if it cannot be done here.</summary>
    public static async Task<AdviceReport?> TryAsync(
        CommandContext context, DatabaseSession session, DatabaseFacts facts, SchemaState state, CancellationToken cancellationToken)
    {
        if (!Advisor.HasRules(context.Target) || !facts.Ledger.HasEntities || facts.InRecovery)
        {
            return null;
        }

        var heard = session.OnNotice;
        session.OnNotice = null;
        try
        {
            var advisor = new Advisor(session, facts, state, context.Configuration) { MaxBytes = MaxBytes, Limit = session.Limits.Read };
            return await advisor.ExamineAsync(context.Conf, cancellationToken);
        }
        catch (Exception e) when (e is MigratorException or NpgsqlException or TooManyRowsException)
        {
            context.Messages.NoAdvice(e is TooManyRowsException ? "the tables are large" : ServerWords.Reason(e), context.Conf);
            return null;
        }
        finally
        {
            session.OnNotice = heard;
        }
    }

    /// <summary>Warns before a run if the next gateway will not start with the rows; with --strict, refuses.</summary>
    /// <exception cref="MigratorException">Something stops the gateway, and the run is strict.</exception>
    public static async Task WarnAsync(
        CommandContext context, DatabaseSession session, DatabaseFacts facts, SchemaState state, CancellationToken cancellationToken)
    {
        var report = await TryAsync(context, session, facts, state, cancellationToken);
        if (report is { RowsNotExamined: > 0 and var unexamined })
        {
            context.Messages.NoAdvice(string.Create(CultureInfo.InvariantCulture, $"{unexamined:N0} rows cannot be judged"), context.Conf);
        }

        if (report?.RowsWith(Effect.StopsGateway) is not (> 0 and var rows))
        {
            return;
        }

        var remedy = $"See which, and how to correct them: migrator advise -c {context.Conf}";
        if (context.Get(ConfigurationOptions.Strict))
        {
            throw new MigratorException(
                $"Gateway {context.Target.Name} will not start with {rows} of the rows of database '{facts.Database}'.",
                "The run is strict (--strict), and nothing has been changed.",
                remedy);
        }

        context.Messages.WillNotStart(context.Target.Name, rows, facts.Database, remedy);
    }
}
