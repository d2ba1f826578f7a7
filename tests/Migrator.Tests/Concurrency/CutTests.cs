using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>The connection is cut at the ends of the protocol's messages, in either direction.</summary>
[Category("Stress")]
internal sealed class CutTests : Stress
{
    private const int SampleInCi = 6;

    [TestCase(Direction.ToServer)]
    [TestCase(Direction.ToClient)]
    public void A_bootstrap_cut_at_any_message_leaves_an_empty_or_a_complete_database(Direction direction)
    {
        var ends = Ends(direction);
        var cuts = IsLong ? ends : [.. ends.Where((_, at) => at % Math.Max(1, ends.Count / SampleInCi) == 0 || at >= ends.Count - 5)];
        var counts = new Counts();
        Parallel.ForEach(cuts, new ParallelOptions { MaxDegreeOfParallelism = IsLong ? 4 : 2 }, () => new Place(), (cut, _, place) =>
            Cut(direction, cut, place, counts), place => place.Dispose());

        Say($"bootstrap cut {direction} at {cuts.Count} of {ends.Count} message ends: {counts.Empty} left nothing, {counts.Complete} "
            + $"everything, {counts.Wrong} something else; {counts.EarlyZero} exits 0 on an incomplete database, {counts.Manual} manual "
            + $"steps; {counts.Again} run again and compared");
        Assert.That((counts.Wrong, counts.EarlyZero, counts.Manual), Is.EqualTo((0, 0, 0)));
    }

    private static List<long> Ends(Direction direction)
    {
        using var database = DatabaseFor("bootstrap");
        using var proxy = new FaultyProxy(database.Server.Port);
        using var conf = KongConf.For(database, ("pg_port", $"{proxy.Port}"));
        Assert.That(MigratorProcess.Run($"bootstrap -c {conf.Path}").ExitCode, Is.Zero);
        return [.. proxy.EndsOf(direction)];
    }

    private static Place Cut(Direction direction, long cut, Place place, Counts counts)
    {
        var database = place.Database ??= DatabaseFor("bootstrap");
        using (var proxy = new FaultyProxy(database.Server.Port, direction, cut))
        using (var conf = KongConf.For(database, ("pg_port", $"{proxy.Port}")))
        {
            var result = MigratorProcess.Run($"bootstrap -c {conf.Path}");
            var empty = IsEmptyOnceTheServerKnows(database);
            if (result.ExitCode == 0 && (empty || Fingerprint.Of(database) != Expected("bootstrap")))
            {
                Interlocked.Increment(ref counts.EarlyZero);
            }

            // An empty database is unchanged: it is enough to run the command again on every 25th of them.
            if (empty && Interlocked.Increment(ref counts.Empty) % 25 != 0)
            {
                return place;
            }
        }

        using (var conf = KongConf.For(database))
        {
            var before = Fingerprint.IsEmpty(database);
            if (!before)
            {
                Interlocked.Increment(ref Fingerprint.Of(database) == Expected("bootstrap") ? ref counts.Complete : ref counts.Wrong);
            }

            Interlocked.Increment(ref counts.Again);
            var again = MigratorProcess.Run($"bootstrap -c {conf.Path}");
            if (again.ExitCode != 0 || Fingerprint.Of(database) != Expected("bootstrap"))
            {
                Interlocked.Increment(ref counts.Manual);
            }
        }

        place.Dispose();
        return place;
    }

    /// <summary>Whether the database is empty, after the server process has noticed that its client is gone.</summary>
    private static bool IsEmptyOnceTheServerKnows(TestDatabase database)
    {
        for (var tries = 0; tries < 200 && database.Query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'migrator' AND "
            + "datname = current_database()").Count > 0; tries++)
        {
            Thread.Sleep(20);
        }

        return Fingerprint.IsEmpty(database);
    }

    /// <summary>The database and the proxy of one worker.</summary>
    private sealed class Place : IDisposable
    {
        public TestDatabase? Database { get; set; }

        public void Dispose()
        {
            Database?.Dispose();
            Database = null;
        }
    }

    private sealed class Counts
    {
        public int Empty;
        public int Complete;
        public int Wrong;
        public int EarlyZero;
        public int Manual;
        public int Again;
    }
}
