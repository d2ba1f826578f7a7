using Migrations.Dsl;
using Migrator.Locking;
using Migrator.Sessions;
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
    public async Task A_row_that_was_never_inserted_is_not_deleted()
    {
        var session = new FakeSession();
        await new OwnLockRow(session, "us", time).ReleaseAsync();
        Assert.That(session.Sent, Is.Empty);
    }

    [Test]
    public async Task A_row_that_may_exist_is_deleted_once_and_only_if_this_run_owns_it()
    {
        var session = new FakeSession { Otherwise = StateAnswers.Nothing };
        var row = Row(session);
        await row.ReleaseAsync();
        await row.ReleaseAsync();
        Assert.That(session.Sent, Has.Count.EqualTo(1));
        Assert.That(session.Sent[0], Does.Contain("""DELETE FROM "kong"."locks" WHERE""").And.Contain("[us]").And.EndWith("COMMIT"));
    }

    [Test]
    public async Task Only_the_last_transaction_deletes_the_row([Values] bool isLast)
    {
        var session = new FakeSession { Otherwise = StateAnswers.Nothing };
        var row = Row(session);
        row.Committed(isReleased: isLast);
        Assert.That(row.NeedsClaim, Is.EqualTo(isLast));
        await row.ReleaseAsync();
        Assert.That(session.Sent, Has.Count.EqualTo(isLast ? 0 : 1));
    }

    [Test]
    public async Task Deleting_the_row_reconnects_once_and_ignores_an_error()
    {
        var session = new FakeSession { IsOpen = false }.Throws(() => new NpgsqlException("gone"));
        await Row(session).ReleaseAsync();
        Assert.That(session.Events, Is.EqualTo(new[] { "reconnect" }));
    }

    [Test]
    public async Task During_a_pause_the_row_is_renewed_often_enough_not_to_seem_dead()
    {
        var session = new FakeSession { Otherwise = StateAnswers.Nothing };
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
    public async Task A_pause_has_its_full_length_even_if_the_row_cannot_be_renewed()
    {
        var session = new FakeSession { Otherwise = () => throw new NpgsqlException("gone") };
        var pause = Row(session).PauseAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        var passed = await time.PassUntilAsync(pause, TimeSpan.FromMinutes(1));
        Assert.That(passed, Is.EqualTo(TimeSpan.FromSeconds(2)).Within(TimeSpan.FromMilliseconds(250)));
    }

    [Test]
    public async Task A_short_transaction_opens_no_second_connection()
    {
        var session = new FakeSession();
        await using (Row(session).KeepAlive())
        {
            time.Advance(new ServerLimits().Silence - TimeSpan.FromSeconds(1));
        }

        Assert.That(session.Events, Is.Empty);
    }

    [Test]
    public async Task During_a_long_transaction_a_second_connection_renews_the_row_every_20_seconds()
    {
        var second = new FakeSession { Otherwise = StateAnswers.Nothing };
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
    public async Task A_second_connection_that_cannot_be_had_or_breaks_is_opened_again([Values] bool breaks)
    {
        var session = new FakeSession { Other = breaks ? new FakeSession { Otherwise = () => throw new NpgsqlException("gone") } : null };
        await using (Row(session).KeepAlive())
        {
            await time.PassUntilAsync(() => session.Events.Count(e => e == "open") == 3, TimeSpan.FromMinutes(2));
        }
    }

    [Test]
    public async Task Without_a_second_connection_the_transaction_continues()
    {
        var session = new FakeSession();
        await using (Row(session).KeepAlive())
        {
            time.Advance(new ServerLimits().Silence * 2);
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
