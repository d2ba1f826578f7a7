using Migrator.Locking;
using Migrator.Tests.Commands;
using Npgsql;

namespace Migrator.Tests.Locking;

internal sealed class SchemaLockTests : CommandTest
{
    // With track_activities off, the server does not say what a session does.
    [TestCase("on", "pg_sleep(60)", true)]
    [TestCase("off", "pg_sleep(60)", true)]
    [TestCase("on", "1", false)]
    public async Task Only_a_holder_of_the_lock_that_is_known_to_be_idle_is_not_at_work(string tracks, string work, bool isAtWork)
    {
        await using var holder = Database.Connect();
        await using var take = new NpgsqlCommand(
            $"SET track_activities = {tracks}; BEGIN; SELECT set_config('migrator.schema', 'public', true); {SchemaLock.Try}", holder);
        await take.ExecuteNonQueryAsync();
        using var stop = new CancellationTokenSource();
        await using var statement = new NpgsqlCommand("SELECT " + work, holder);
        var running = statement.ExecuteNonQueryAsync(stop.Token);
        if (!isAtWork)
        {
            await running;
        }

        const string schema = "SELECT set_config('migrator.schema', 'public', false); ";
        await using var other = Database.Connect();
        await using var ask = new NpgsqlCommand(schema, other);
        await ask.ExecuteNonQueryAsync(CancellationToken.None);
        await using var question = new NpgsqlCommand("SELECT " + SchemaLock.IsAtWork, other);
        Assert.That(await question.ExecuteScalarAsync(CancellationToken.None), Is.EqualTo(isAtWork));
        await stop.CancelAsync();
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
