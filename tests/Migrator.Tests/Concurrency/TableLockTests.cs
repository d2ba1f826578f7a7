using System.Diagnostics;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>A gateway serves from the tables that are being migrated.</summary>
internal sealed class TableLockTests : CommandTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [SetUp]
    public void NeedUp() => OldDatabase.Fill(Database);

    [Test]
    public void While_one_reader_holds_routes_others_wait_no_longer_than_the_DDL_lock_timeout()
    {
        using var holder = Hold("routes");
        var blocker = holder.ProcessID;
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"up --ddl-lock-timeout {Limit.TotalSeconds} -c {conf.Path}");
        var longest = TimeSpan.Zero;
        var began = Stopwatch.GetTimestamp();
        using (var reader = Database.Connect())
        {
            var reads = 0;
            while (!process.HasExited)
            {
                var asked = Stopwatch.GetTimestamp();
                using var read = new NpgsqlCommand("SELECT count(*) FROM routes", reader);
                read.ExecuteScalar();
                longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(asked).Ticks));
                if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(4) && reads++ == 0)
                {
                    holder.Dispose();
                }

                Thread.Sleep(5);
            }
        }

        var errors = process.StandardError.ReadToEnd();
        TestContext.Out.WriteLine($"the longest wait of a reader was {longest.TotalMilliseconds:0} ms\n{errors}");
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.Zero, errors);
            Assert.That(longest, Is.LessThan(Limit + TimeSpan.FromMilliseconds(500)).And.GreaterThan(Limit / 2));
            Assert.That(errors, Does.Contain($"process {blocker}").And.Contain("application a reader").And.Contain("on routes").And.Contain("SELECT count(*) FROM routes"));
            Assert.That(errors, Does.Contain("attempt 2"));
        });
    }

    [Test]
    public void When_the_time_is_over_the_error_names_the_session_and_nothing_of_the_migration_is_left()
    {
        using var holder = Hold("routes");
        var result = Migrator("up --ddl-lock-timeout 0.2 --lock-timeout 1");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain($"process {holder.ProcessID}").And.Contain("--lock-timeout 1 s is over").And.Contain("pg_terminate_backend"));
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
        });
        holder.Dispose();
        Assert.That(Migrator("up").ExitCode, Is.Zero);
    }

    [Test]
    public void Replicas_that_meet_a_blocked_table_leave_the_attempts_to_the_first_one()
    {
        using var holder = Hold("routes");
        using var conf = KongConf.For(Database);
        using var first = MigratorProcess.Start($"up --ddl-lock-timeout 0.5 -c {conf.Path}");
        string? line;
        while ((line = first.StandardError.ReadLine()) is not null && !line.Contains("attempt 1", StringComparison.Ordinal))
        {
        }

        using var second = MigratorProcess.Start($"up --ddl-lock-timeout 0.5 -c {conf.Path}");
        Thread.Sleep(5000);
        holder.Dispose();
        var errors = second.StandardError.ReadToEnd();
        first.WaitForExit();
        second.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That((first.ExitCode, second.ExitCode), Is.EqualTo((0, 0)), errors);
            Assert.That(errors, Does.Contain("waiting for").And.Not.Contain("died").And.Not.Contain("attempt"));
        });
    }

    private NpgsqlConnection Hold(string table)
    {
        var connection = new NpgsqlConnection(Database.Server.ConnectionString(Database.Name) + ";Application Name=a reader");
        connection.Open();
        using var command = new NpgsqlCommand($"BEGIN; SELECT count(*) FROM {table}", connection);
        command.ExecuteNonQuery();
        return connection;
    }
}
