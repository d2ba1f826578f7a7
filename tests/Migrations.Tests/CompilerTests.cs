using System.Data;
using Migrations.Compiling;
using Migrations.Dsl;
using Migrations.Model;

namespace Migrations.Tests;

/// <summary>From what a migration says to SQL: what Kong's habits make of FluentMigrator's statements.</summary>
internal sealed class CompilerTests
{
    private static readonly GatewaySchema Schema = new("Gate \"way");

    [Test]
    public void A_new_table_has_its_keys_inside_and_its_columns_may_be_NULL()
    {
        var sql = Fresh(m => m.Create.Table("routes").WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("service_id").AsGuid().References("services", onDelete: Rule.Cascade)
            .WithColumn("port").AsInt32().NotNullable().Check("port > 0")).Single();
        Assert.Multiple(() =>
        {
            Assert.That(sql, Does.StartWith("CREATE TABLE \"Gate \"\"way\".\"routes\" ("));
            Assert.That(sql, Does.Contain("\"name\" text,").And.Contain("\"port\" integer NOT NULL"));
            Assert.That(sql, Does.Contain("UNIQUE (\"name\")"));
            Assert.That(sql, Does.Contain(
                "FOREIGN KEY (\"service_id\") REFERENCES \"Gate \"\"way\".\"services\" (\"id\") ON DELETE CASCADE"));
            Assert.That(sql, Does.Contain("CHECK (port > 0)"));
        });
    }

    [Test]
    public void Where_the_table_may_be_there_it_is_left_as_it_is_and_must_be_the_gateways()
    {
        var sql = Again(m => m.Create.Table("routes").WithColumn("id").AsGuid());
        Assert.That(sql[0], Does.StartWith("CREATE TABLE IF NOT EXISTS "));
        Assert.That(sql[1], Does.Contain($"ERRCODE = '{SchemaGuard.SqlState}'"));
    }

    [Test]
    public void A_column_that_may_be_there_is_added_once()
    {
        Assert.That(Again(m => m.Create.Column("port").OnTable("routes").AsInt32()).Single(), Does.Contain(" ADD COLUMN IF NOT EXISTS "));
        Assert.That(Again(m => m.Create.Column("cert_id").OnTable("routes").AsGuid().References("certificates")).Single(),
            Does.StartWith("DO $$").And.Contain("IF NOT EXISTS (SELECT FROM pg_attribute").And.Contain("REFERENCES"),
            "up to PostgreSQL 12 the key would be added again");
    }

    [TestCase(true, "CREATE INDEX \"routes_tags_idx\" ON ")]
    [TestCase(false, "CREATE INDEX IF NOT EXISTS \"routes_tags_idx\" ON ")]
    public void An_index_is_made_where_it_is_missing(bool isFresh, string expected) => Assert.That(
        Compile(m => m.Create.Index("routes_tags_idx").OnTable("routes").OnColumn("tags").Ascending(), isFresh).Single(),
        Does.Contain(expected));

    [Test]
    public void What_is_dropped_may_be_gone_already() => Assert.Multiple(() =>
    {
        Assert.That(Again(m => m.Delete.Table("old")).Single(), Does.StartWith("DROP TABLE IF EXISTS "));
        Assert.That(Again(m => m.Delete.Column("old").FromTable("routes")).Single(), Does.Contain(" DROP COLUMN IF EXISTS "));
        Assert.That(Again(m => m.Delete.Index("old").OnTable("routes")).Single(), Does.StartWith("DROP INDEX IF EXISTS "));
        Assert.That(Again(m => m.Delete.UniqueConstraint("old").FromTable("routes")).Single(), Does.Contain(" DROP CONSTRAINT IF EXISTS "));
    });

    [Test]
    public void A_constraint_that_may_be_there_is_added_once_and_rows_are_inserted_once() => Assert.Multiple(() =>
    {
        Assert.That(Again(m => m.Create.UniqueConstraint("routes_name_key").OnTable("routes").Column("name")).Single(),
            Does.Contain("IF NOT EXISTS (SELECT FROM pg_constraint").And.Contain("ADD CONSTRAINT \"routes_name_key\""));
        Assert.That(Again(m => m.Insert.IntoTable("workspaces").Row(new { name = "de'fault" })).Single(),
            Does.Contain("'de''fault'").And.EndWith("ON CONFLICT DO NOTHING"));
    });

    [Test]
    public void Rows_are_rewritten_only_where_there_are_some()
    {
        static void Rewrite(Sample m) => m.Rewrite("UPDATE x SET y = 1");
        Assert.That(Fresh(Rewrite), Is.Empty);
        var statement = Compiled(Rewrite, isFresh: false).Single();
        Assert.That(statement.Sql, Is.EqualTo(RewriteOf("UPDATE x SET y = 1")));
        Assert.That(statement.RewritesRows, Is.True);
        Assert.That(statement.Changes, Is.EqualTo(new[] { new RowsRewritten("services") }));
    }

    [Test]
    public void What_would_ask_a_database_is_refused() => Assert.That(
        () => Again(m => m.WithConnection()), Throws.TypeOf<NotSupportedException>().With.Message.Contain("before there is a connection"));

    private static string RewriteOf(string sql) =>
        Compiled(m => m.Rewrite(sql), isFresh: false).Single().Sql is var made && made.Contains(sql, StringComparison.Ordinal)
            ? made : throw new AssertionException(made);

    private static List<string> Fresh(Action<Sample> up) => Compile(up, isFresh: true);

    private static List<string> Again(Action<Sample> up) => Compile(up, isFresh: false);

    private static List<string> Compile(Action<Sample> up, bool isFresh) => [.. Compiled(up, isFresh).Select(s => s.Sql)];

    private static IReadOnlyList<Statement> Compiled(Action<Sample> up, bool isFresh) =>
        MigrationCompiler.Compile(new Sample { Says = up, Names = Schema }, Phase.Up, isFresh);

    /// <summary>A migration that says what a test wants.</summary>
    [KongMigration("core", 999, "999_sample", "9.9.9")]
    private sealed class Sample : KongMigration
    {
        public Action<Sample> Says { get; init; } = _ => { };

        public override void Up() => Says(this);

        public void Rewrite(string sql) => Rows.Rewrite("services", sql);

        public void WithConnection() => Execute.WithConnection((_, _) => { });
    }
}
