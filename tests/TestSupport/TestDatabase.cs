using Npgsql;

namespace TestSupport;

/// <summary>A database of the test's own. Dispose drops it.</summary>
public sealed class TestDatabase(PostgresServer server, string name) : IDisposable
{
    /// <summary>The name of the database.</summary>
    public string Name { get; } = name;

    /// <summary>The server of the database.</summary>
    public PostgresServer Server { get; } = server;

    /// <summary>Creates a copy. No test may be connected.</summary>
    public TestDatabase Copy() => Server.CreateDatabase(this);

    /// <summary>Opens a connection.</summary>
    public NpgsqlConnection Connect(string user = "kong") => Server.Connect(Name, user);

    /// <summary>Runs SQL as the superuser. Several statements run in one transaction.</summary>
    public void Execute(string sql) => Server.Execute(Name, sql);

    /// <summary>The first column of a query's rows as text; NULL is null.</summary>
    public IReadOnlyList<string?> Query(string sql)
    {
        using var connection = Server.ConnectKept(Name);
        using var command = new NpgsqlCommand(sql, connection);
        command.AllResultTypesAreUnknown = true;
        using var reader = command.ExecuteReader();
        var rows = new List<string?>();
        while (reader.Read())
        {
            rows.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        }

        return rows;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Server.CloseKept(Name);

        // WITH (FORCE) exists only from PostgreSQL 13 on.
        Server.Execute("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Name}'");
        Server.Execute("postgres", $"DROP DATABASE IF EXISTS {Name}");
    }
}
