using System.Data;
using Migrations.Compiling;
using Migrations.Dsl;
using Migrations.Model;

namespace Migrations.Tests;

/// <summary>Tests of the SQL that the compiler generates from a migration.</summary>
internal sealed class CompilerTests
{
    private static readonly GatewaySchema Schema = new("Gate \"way");

    [Test]
    public void A_new_table_has_inline_keys_and_nullable_columns()
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
    public void An_existing_table_is_kept_and_checked_to_be_the_gateways()
    {
        var sql = Again(m => m.Create.Table("routes").WithColumn("id").AsGuid());
        Assert.That(sql[0], Does.StartWith("CREATE TABLE IF NOT EXISTS "));
        Assert.That(sql[1], Does.Contain($"ERRCODE = '{SchemaGuard.SqlState}'"));
    }

    [Test]
    public void A_column_is_added_unless_it_exists()
    {
        Assert.That(Again(m => m.Create.Column("port").OnTable("routes").AsInt32()).Single(), Does.Contain(" ADD COLUMN IF NOT EXISTS "));
        Assert.That(Again(m => m.Create.Column("cert_id").OnTable("routes").AsGuid().References("certificates")).Single(),
            Does.StartWith("DO $$").And.Contain("IF NOT EXISTS (SELECT FROM pg_attribute").And.Contain("REFERENCES"),
            "up to PostgreSQL 12 the key would be added again");
    }

    [TestCase(true, "CREATE INDEX \"routes_tags_idx\" ON ")]
    [TestCase(false, "CREATE INDEX IF NOT EXISTS \"routes_tags_idx\" ON ")]
    public void An_index_is_created_unless_it_exists(bool isFresh, string expected) => Assert.That(
        Compile(m => m.Create.Index("routes_tags_idx").OnTable("routes").OnColumn("tags").Ascending(), isFresh).Single(),
        Does.Contain(expected));

    [Test]
    public void Objects_are_dropped_if_they_exist() => Assert.Multiple(() =>
    {
        Assert.That(Again(m => m.Delete.Table("old")).Single(), Does.StartWith("DROP TABLE IF EXISTS "));
        Assert.That(Again(m => m.Delete.Column("old").FromTable("routes")).Single(), Does.Contain(" DROP COLUMN IF EXISTS "));
        Assert.That(Again(m => m.Delete.Index("old").OnTable("routes")).Single(), Does.StartWith("DROP INDEX IF EXISTS "));
        Assert.That(Again(m => m.Delete.UniqueConstraint("old").FromTable("routes")).Single(), Does.Contain(" DROP CONSTRAINT IF EXISTS "));
    });

    [Test]
    public void Constraints_and_rows_are_added_unless_they_exist() => Assert.Multiple(() =>
    {
        Assert.That(Again(m => m.Create.UniqueConstraint("routes_name_key").OnTable("routes").Column("name")).Single(),
            Does.Contain("IF NOT EXISTS (SELECT FROM pg_constraint").And.Contain("ADD CONSTRAINT \"routes_name_key\""));
        Assert.That(Again(m => m.Insert.IntoTable("workspaces").Row(new { name = "de'fault" })).Single(),
            Does.Contain("'de''fault'").And.EndWith("ON CONFLICT DO NOTHING"));
    });

    [Test]
    public void Rows_are_not_rewritten_in_a_fresh_database()
    {
        static void Rewrite(Sample m) => m.Rewrite("UPDATE x SET y = 1");
        Assert.That(Fresh(Rewrite), Is.Empty);
        var statement = Compiled(Rewrite, isFresh: false).Single();
        Assert.That(statement.Sql, Is.EqualTo(RewriteOf("UPDATE x SET y = 1")));
        Assert.That(statement.RewritesRows, Is.True);
        Assert.That(statement.Changes, Is.EqualTo(new[] { new RowsRewritten("services") }));
    }

    [Test]
    public void A_migration_that_queries_the_database_is_refused() => Assert.That(
        () => Again(m => m.WithConnection()), Throws.TypeOf<NotSupportedException>().With.Message.Contain("before there is a connection"));

    private static string RewriteOf(string sql) =>
        Compiled(m => m.Rewrite(sql), isFresh: false).Single().Sql is var made && made.Contains(sql, StringComparison.Ordinal)
            ? made : throw new AssertionException(made);

    private static List<string> Fresh(Action<Sample> up) => Compile(up, isFresh: true);

    private static List<string> Again(Action<Sample> up) => Compile(up, isFresh: false);

    private static List<string> Compile(Action<Sample> up, bool isFresh) => [.. Compiled(up, isFresh).Select(s => s.Sql)];

    private static IReadOnlyList<Statement> Compiled(Action<Sample> up, bool isFresh) =>
        MigrationCompiler.Compile(new Sample { Says = up, Names = Schema }, Phase.Up, isFresh);

    /// <summary>A migration with the expressions that a test passes.</summary>
    [KongMigration("core", 999, "999_sample", "9.9.9")]
    private sealed class Sample : KongMigration
    {
        public Action<Sample> Says { get; init; } = _ => { };

        public override void Up() => Says(this);

        public void Rewrite(string sql) => Rows.Rewrite("services", where: "TRUE", sql);

        public void WithConnection() => Execute.WithConnection((_, _) => { });
    }
}
