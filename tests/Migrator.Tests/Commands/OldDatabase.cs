using System.Collections.Concurrent;
using Migrations;
using Migrations.Compiling;
using Migrations.Dsl;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>A database of an older gateway, with rows that reveal a migration that ran twice or in part.</summary>
/// <remarks>core/016, which rewrites paths, would damage them.</remarks>
internal static class OldDatabase
{
    private static readonly ConcurrentDictionary<string, Lazy<TestDatabase>> Templates = new(StringComparer.Ordinal);

    /// <summary>Creates such a database on the shared server. The first is filled, the others are copies.</summary>
    public static TestDatabase Create(string version = "2.8") =>
        Templates.GetOrAdd(version, _ => new Lazy<TestDatabase>(() => Filled(version))).Value.Copy();

    /// <summary>Fills an empty database.</summary>
    public static void Fill(TestDatabase database, string version = "2.8")
    {
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var sql in LedgerTables.Create(new GatewaySchema("public")).Concat(Migrate(GatewayVersion.Find(version)!)))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        batch.ExecuteNonQuery();
        transaction.Commit();
        database.Execute(
            """
            INSERT INTO services (id, name, ws_id) SELECT '10000000-0000-4000-8000-000000000001', 's', id FROM workspaces;
            INSERT INTO routes (updated_at, id, name, service_id, paths, ws_id)
              SELECT '2024-01-01', md5(n::text)::uuid, 'r' || n,
                '10000000-0000-4000-8000-000000000001', ARRAY['/status/\d+', '/a%20b', '/plain'], id
                FROM workspaces, generate_series(1, 200) AS n;
            """);
    }

    private static TestDatabase Filled(string version)
    {
        var database = PostgresServer.Shared.CreateDatabase();
        Fill(database, version);
        return database;
    }

    private static IEnumerable<string> Migrate(GatewayVersion version)
    {
        foreach (var subsystem in Catalogue.For(version))
        {
            foreach (var entry in subsystem.Migrations)
            {
                Phase[] phases = entry.HasFinish ? [Phase.Up, Phase.Finish] : [Phase.Up];
                foreach (var statement in phases
                    .SelectMany(phase => MigrationCompiler.Compile(entry.Create(new GatewaySchema("public")), phase, isFresh: true)))
                {
                    yield return statement.Sql;
                }
            }

            var names = string.Join(',', subsystem.Migrations.Select(m => m.Name));
            yield return $"INSERT INTO schema_meta VALUES ('schema_meta', '{subsystem.Name}', '{subsystem.Migrations[^1].Name}', "
                + $"'{{{names}}}', '{{}}')";
        }
    }
}
