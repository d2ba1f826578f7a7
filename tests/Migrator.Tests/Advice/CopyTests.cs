using System.Data;
using Migrations;
using Migrations.Compiling;
using Migrator.Advice;
using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Planning;
using Migrator.Sessions;
using Migrator.Tests.Commands;
using Migrator.Tests.Execution;
using Migrator.Tests.Sessions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Advice;

/// <summary>Migrations on temporary copies, on a server that is slow or says anything.</summary>
internal sealed class CopyTests : CommandTest
{
    private static readonly MigrationStep Step = new(
        Catalogue.Subsystems[0], Catalogue.Subsystems[0].Migrations[^1], Phase.Up);

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(1e300)]
    [TestCase(-5)]
    public async Task A_time_of_the_server_that_is_none_is_no_exception(double seconds)
    {
        var session = new FakeSession()
            .Answers(() => StateAnswers.State([]))
            .Answers(() => Table(("relname", typeof(string)), ("size", typeof(long)), ["routes", 1L]))
            .Answers(() => new DataTableReader(
            [
                Rows(("trial_rows", typeof(string)), ("count", typeof(long)), ["routes", 1L]),
                Rows(("trial_clock", typeof(double)), null, [0d], [seconds]),
            ]));
        var facts = await DatabaseReader.ReadAsync(session, "public", CancellationToken.None);
        var planned = new PlannedStep(Step, [], []) { Rewritten = ["routes"] };
        var rows = new PlanRows(new Dictionary<string, long?>(StringComparer.Ordinal) { ["routes"] = long.MaxValue }, AreExact: true);
        var times = await new StepTrial(session, facts).RunAsync(new MigrationPlan([[planned]], IsEmptyDatabase: false), rows, default);
        Assert.That(times[planned], Is.GreaterThanOrEqualTo(TimeSpan.Zero));
    }

    [TestCase(null)]
    [TestCase(1L << 20)]
    public async Task Sizes_of_tables_that_exceed_all_numbers_are_no_exception(long? most)
    {
        var session = new FakeSession()
            .Answers(() => StateAnswers.State([]))
            .Answers(() => Table(
                ("relname", typeof(string)), ("size", typeof(long)), ["routes", long.MaxValue], ["services", long.MaxValue]))
            .Answers(StateAnswers.Nothing);
        var facts = await DatabaseReader.ReadAsync(session, "public", CancellationToken.None);
        var rows = new FutureRows(session, facts) { MaxBytes = most };
        Assert.That(
            () => rows.ReadAsync([], ["routes"], _ => { }, CancellationToken.None),
            most is null ? Throws.Nothing : Throws.TypeOf<TooManyRowsException>());
    }

    [Test]
    public async Task A_server_that_stops_to_answer_is_not_waited_for_without_limit()
    {
        StartOld("3.6");
        using var proxy = new StatementProxy(Database.Server.Port, "CREATE TEMPORARY TABLE", TestSupport.Fault.Silence);
        var settings = new PostgresSettings
        {
            Host = "127.0.0.1",
            Port = proxy.Port,
            User = "kong",
            Database = Database.Name,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            Tls = TlsSettings.Off,
        };
        await using var session = await ConnectionFactory.OpenAsync(settings, ConnectionRetry.None, CancellationToken.None);
        session.Limits = new ServerLimits { Stream = TimeSpan.FromSeconds(2) };
        var facts = await DatabaseReader.ReadAsync(session, "public", CancellationToken.None);
        var reading = new FutureRows(session, facts).ReadAsync([Step], ["routes"], _ => { }, CancellationToken.None);
        Assert.That(await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(30))), Is.SameAs(reading));
        Assert.That(() => reading, Throws.InstanceOf<NpgsqlException>());
    }

    private static DataTableReader Table((string, Type) first, (string, Type)? second, params object[][] rows) =>
        new DataTableReader([Begun(), Begun(), Rows(first, second, rows)]);

    private static DataTable Begun() => Rows(("set_config", typeof(string)), null, [""]);

    private static DataTable Rows((string Name, Type Type) first, (string Name, Type Type)? second, params object[][] rows)
    {
        var table = new DataTable();
        table.Columns.Add(first.Name, first.Type);
        _ = second is { } column ? table.Columns.Add(column.Name, column.Type) : null;
        foreach (var row in rows)
        {
            table.Rows.Add(row);
        }

        return table;
    }
}
