namespace Migrator.Tests.Commands;

internal sealed class ResetCommandTests : CommandTest
{
    [Test]
    public void Without_a_terminal_and_without_yes_nothing_is_dropped()
    {
        StartBootstrapped();
        var result = Migrator("reset");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("--yes"));
            Assert.That(Tables(), Does.Contain("routes"));
        });
    }

    [Test]
    public void With_yes_everything_in_the_schema_goes_and_nothing_beside_it()
    {
        Migrator("bootstrap", ("pg_schema", "gateway"));
        Database.Execute("CREATE TABLE mine (); CREATE VIEW gateway.seen AS SELECT id FROM gateway.routes; CREATE SEQUENCE gateway.numbers");
        var result = Migrator("reset --yes", ("pg_schema", "gateway"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Database.Query("SELECT relname FROM pg_class WHERE relnamespace = 'gateway'::regnamespace"), Is.Empty);
            Assert.That(Database.Query("SELECT proname FROM pg_proc WHERE pronamespace = 'gateway'::regnamespace"), Is.Empty);
            Assert.That(Tables(), Is.EqualTo(new[] { "mine" }));
            Assert.That(Migrator("bootstrap", ("pg_schema", "gateway")).ExitCode, Is.Zero);
        });
    }

    [TestCase("Gateway")]
    [TestCase("Gate way")]
    [TestCase("it's \"q\"")]
    public void A_schema_is_taken_by_its_very_name_and_its_neighbours_are_left_alone(string schema)
    {
        Assert.That(Migrator("bootstrap", ("pg_schema", "gateway")).ExitCode, Is.Zero);
        Assert.That(Migrator("bootstrap", ("pg_schema", schema)).ExitCode, Is.Zero);
        var neighbours = Things("gateway");
        Database.Execute($"CREATE AGGREGATE \"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".total(int) (sfunc = int4pl, stype = int)");

        var result = Migrator("reset --yes", ("pg_schema", schema));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Things(schema), Is.EqualTo(new[] { "0" }));
            Assert.That(Things("gateway"), Is.EqualTo(neighbours));
        });

        IReadOnlyList<string?> Things(string name) => Database.Query(
            $"""
            SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid) + (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid)
                   + (SELECT count(*) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = n.oid)
              FROM pg_namespace AS n WHERE nspname = '{name.Replace("'", "''", StringComparison.Ordinal)}'
            """);
    }

    [Test]
    public void On_an_empty_database_there_is_nothing_to_reset()
    {
        Database.Execute("CREATE TABLE mine ()");
        var result = Migrator("reset --yes");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("nothing to reset"));
            Assert.That(Tables(), Is.EqualTo(new[] { "mine" }));
        });
    }
}
