using Migrations.Dsl;
using Migrator.Locking;
using Migrator.Tests.Execution;
using Migrator.Tests.Resilience;
using Migrator.Tests.Sessions;
using Npgsql;

namespace Migrator.Tests.Locking;

internal sealed class OwnLockRowTests
{
    private static readonly GatewaySchema Schema = new("kong");

    private readonly TestClock time = new();

    [Test]
    public async Task A_row_that_was_never_put_there_is_not_taken_away()
    {
        var session = new FakeSession();
        await new OwnLockRow(session, "us", time).ReleaseAsync();
        Assert.That(session.Sent, Is.Empty);
    }

    [Test]
    public async Task A_row_that_may_be_there_is_taken_away_once_and_only_if_it_is_ours()
    {
        var session = new FakeSession { Otherwise = Looks.Nothing };
        var row = Row(session);
        await row.ReleaseAsync();
        await row.ReleaseAsync();
        Assert.That(session.Sent, Has.Count.EqualTo(1));
        Assert.That(session.Sent[0], Does.Contain("""DELETE FROM "kong"."locks" WHERE""").And.Contain("[us]").And.EndWith("COMMIT"));
    }

    [Test]
    public async Task After_the_last_transaction_the_row_is_gone_and_after_another_one_it_is_still_there([Values] bool isLast)
    {
        var session = new FakeSession { Otherwise = Looks.Nothing };
        var row = Row(session);
        row.Committed(isReleased: isLast);
        Assert.That(row.NeedsClaim, Is.EqualTo(isLast));
        await row.ReleaseAsync();
        Assert.That(session.Sent, Has.Count.EqualTo(isLast ? 0 : 1));
    }

    [Test]
    public async Task To_take_it_away_a_lost_connection_is_made_again_and_an_error_ends_nothing()
    {
        var session = new FakeSession { IsOpen = false }.Throws(() => new NpgsqlException("gone"));
        await Row(session).ReleaseAsync();
        Assert.That(session.Events, Is.EqualTo(new[] { "reconnect" }));
    }

    [Test]
    public async Task In_a_pause_it_is_renewed_more_often_than_others_take_us_for_dead()
    {
        var session = new FakeSession { Otherwise = Looks.Nothing };
        var pause = TimeSpan.FromSeconds(4);
        var passed = await time.PassUntilAsync(Row(session).PauseAsync(pause, CancellationToken.None), TimeSpan.FromMinutes(1));
        Assert.Multiple(() =>
        {
            Assert.That(passed, Is.EqualTo(pause).Within(TimeSpan.FromMilliseconds(250)));
            Assert.That(session.Sent, Has.Count.GreaterThan(3 * (int)(pause / RunnerLiveness.BetweenTransactions)));
            Assert.That(session.Sent, Has.All.Contains("""UPDATE "kong"."locks" SET ttl"""));
        });
    }

    [Test]
    public async Task A_pause_lasts_its_time_although_the_row_cannot_be_renewed()
    {
        var session = new FakeSession { Otherwise = () => throw new NpgsqlException("gone") };
        var pause = Row(session).PauseAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        var passed = await time.PassUntilAsync(pause, TimeSpan.FromMinutes(1));
        Assert.That(passed, Is.EqualTo(TimeSpan.FromSeconds(2)).Within(TimeSpan.FromMilliseconds(250)));
    }

    [Test]
    public async Task A_short_transaction_has_no_second_connection()
    {
        var session = new FakeSession();
        await using (Row(session).KeepAlive())
        {
            time.Advance(Heartbeat.Period - TimeSpan.FromSeconds(1));
        }

        Assert.That(session.Events, Is.Empty);
    }

    [Test]
    public async Task During_a_long_one_the_row_is_renewed_on_a_second_connection_each_20_seconds()
    {
        var second = new FakeSession { Otherwise = Looks.Nothing };
        var session = new FakeSession { Other = second };
        await using (Row(session).KeepAlive())
        {
            await time.PassUntilAsync(() => second.Sent.Count == 3, TimeSpan.FromMinutes(2));
        }

        Assert.Multiple(() =>
        {
            Assert.That(session.Events, Is.EqualTo(new[] { "open" }));
            Assert.That(second.Events, Is.EqualTo(new[] { "dispose" }));
            Assert.That(second.Sent, Has.All.Contains("""UPDATE "kong"."locks" SET ttl""").And.All.Contains("[us]"));
        });
    }

    [Test]
    public async Task Where_there_is_no_second_connection_the_transaction_goes_on_without_it()
    {
        var session = new FakeSession();
        await using (Row(session).KeepAlive())
        {
            time.Advance(Heartbeat.Period * 2);
        }

        Assert.That(session.Events, Is.EqualTo(new[] { "open" }));
    }

    private OwnLockRow Row(FakeSession session)
    {
        var row = new OwnLockRow(session, "us", time);
        row.Begin(Schema, tableExists: true);
        return row;
    }
}
