using Migrator.Inspection;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Planning;

/// <summary>Each publication for which the server refuses to change rows is forecast, no other one, and its remedy helps.</summary>
internal sealed class PublicationTests
{
    private const string Table =
        "CREATE TABLE routes (id int CONSTRAINT pk PRIMARY KEY, name text CONSTRAINT u UNIQUE NOT NULL, note text);";

    private static readonly string[] Identities =
    [
        "", "ALTER TABLE routes REPLICA IDENTITY FULL", "ALTER TABLE routes REPLICA IDENTITY NOTHING",
        "ALTER TABLE routes REPLICA IDENTITY USING INDEX u",
        "ALTER TABLE routes REPLICA IDENTITY USING INDEX u; ALTER TABLE routes DROP CONSTRAINT u", "ALTER TABLE routes DROP CONSTRAINT pk",
        "ALTER TABLE routes DROP CONSTRAINT pk, ADD PRIMARY KEY (id) DEFERRABLE",
    ];

    private static readonly string[] OfAnyVersion =
    [
        "SELECT", "CREATE PUBLICATION p", "CREATE PUBLICATION p FOR TABLE routes", "CREATE PUBLICATION p FOR ALL TABLES",
        "CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert')", "CREATE PUBLICATION p FOR TABLE routes WITH (publish = 'delete')",
    ];

    private static readonly string[] OfNewVersions =
    [
        "CREATE PUBLICATION p FOR TABLES IN SCHEMA public", "CREATE PUBLICATION p FOR TABLES IN SCHEMA other",
        "CREATE PUBLICATION p FOR TABLE routes (name)", "CREATE PUBLICATION p FOR TABLE routes (note, id)",
        "CREATE PUBLICATION p FOR TABLE routes (id, name, note)", "CREATE PUBLICATION p FOR TABLE routes (name) WITH (publish = 'insert')",
        "CREATE PUBLICATION p FOR TABLE routes WHERE (true)", "CREATE PUBLICATION p FOR TABLE routes WHERE (id > 0)",
        "CREATE PUBLICATION p FOR TABLE routes WHERE (id > 0 AND note <> 'a :varattno 1')",
        "CREATE PUBLICATION p FOR TABLE routes (id, name) WHERE (id > 0)", "CREATE PUBLICATION p FOR TABLE routes (id) WHERE (note <> '')",
        "CREATE PUBLICATION p FOR TABLE routes (id, name); CREATE PUBLICATION q FOR TABLE routes WHERE (note <> '')",
        "CREATE PUBLICATION p FOR TABLE routes (id, name); CREATE PUBLICATION q FOR ALL TABLES",
    ];

    [TestCase(10)]
    [TestCase(15)]
    [TestCase(18)]
    public void What_the_server_refuses_is_forecast_and_nothing_else(int version)
    {
        using var server = PostgresVersions.Start(version);
        using var database = server.CreateDatabase();
        using var connection = database.Connect();
        Execute(connection, "SET search_path = public; CREATE SCHEMA other; SET migrator.schema = 'public'");
        Assert.Multiple(() =>
        {
            foreach (var identity in Identities)
            {
                foreach (var publication in version < 15 ? OfAnyVersion : [.. OfAnyVersion, .. OfNewVersions])
                {
                    Execute(connection, $"BEGIN; {Table}{identity}; {publication}");
                    var isRefused = IsRefused(connection);
                    var remedies = Remedies(connection);
                    Assert.That(remedies.Count > 0, Is.EqualTo(isRefused), $"{identity}; {publication}");
                    remedies.ForEach(remedy => Execute(connection, remedy));
                    Assert.That(IsRefused(connection), Is.False, $"{identity}; {publication}; {string.Join(' ', remedies)}");
                    Execute(connection, "ROLLBACK");
                }
            }
        });
    }

    private static bool IsRefused(NpgsqlConnection connection)
    {
        Execute(connection, "SAVEPOINT s");
        try
        {
            Execute(connection, "UPDATE routes SET note = '' WHERE false; DELETE FROM routes WHERE false");
            return false;
        }
        catch (PostgresException e) when (e.SqlState is "55000" or "42P10")
        {
            Execute(connection, "ROLLBACK TO s");
            return true;
        }
    }

    private static List<string> Remedies(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            "WITH kong AS (SELECT oid, relname FROM pg_class WHERE oid = 'public.routes'::regclass) " + Publications.Refusals, connection);
        using var reader = command.ExecuteReader();
        var remedies = new List<string>();
        while (reader.Read())
        {
            remedies.Add(reader.GetString(1));
        }

        return remedies;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
